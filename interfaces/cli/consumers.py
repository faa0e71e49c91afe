"""`dealtrail consumers`: programs that live on the events, run and looked after."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from interfaces.cli.command import declared
from interfaces.cli.job_states import StateUrl, state_of
from interfaces.cli.lazily import Lazily
from interfaces.cli.session import Session

if TYPE_CHECKING:  # what needs Kafka or SQLAlchemy is imported when a command needs it
    from consumers.job import Job
    from domain.errors import Unavailable

JobName = Annotated[
    str, typer.Argument(metavar="NAME", help="webhooks, announce, archive, or your own: module:attribute.")
]
LOOKING_AFTER = (
    ("status", "interfaces.cli.consumers_status", "How far each job is behind, and what it has set aside."),
    (
        "replay",
        "interfaces.cli.consumers_replay",
        "Let a stopped job do events again, of all deals or of one.",
    ),
    (
        "adopt",
        "interfaces.cli.consumers_adopt",
        "Let a stopped job go on with another state than it worked with.",
    ),
    (
        "parked",
        "interfaces.cli.consumers_parked",
        "Deals that a job has set aside: list, show, release, skip.",
    ),
    ("webhooks", "interfaces.cli.webhooks", "What was delivered to whom, delivering again, endpoints."),
)
"""Name, module and help of the commands with a module of their own, in the order of --help."""


class Consumers(TyperGroup):
    """Running jobs, and looking after them."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type]
        for name, module, text in LOOKING_AFTER:
            self.add_command(Lazily(name, module, text))


app = typer.Typer(no_args_is_help=True, add_completion=False, cls=Consumers)


@app.callback()
def consumers() -> None:
    """Jobs that read the events from Kafka: run them, look after them."""


@declared(app, "run")
def run(
    session: Session,
    name: JobName,
    *,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The job's configuration (TOML).", dir_okay=False)
    ] = None,
    state: StateUrl = None,
    instance: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="A name for this process: started again within 45 seconds, it gets its partitions back.",
        ),
    ] = None,
    attempts: Annotated[
        int, typer.Option(metavar="NUMBER", min=1, help="Try an event so often before its deal is set aside.")
    ] = 5,
) -> None:
    """Do a job with every event, once and in each deal's order, until interrupted."""
    from consumers.running.run import run_job
    from consumers.running.state import State
    from engine.urls import without_password
    from interfaces.cli.running import stopped_by_signals

    # What kafka-python has to say of a broker that is away is said by us, once.
    logging.getLogger("kafka").addHandler(logging.NullHandler())
    job = _job(name, config)
    where = state or state_of(job.name)
    with (
        stopped_by_signals() as stopping,
        State.open(where, busy_timeout=session.settings.busy_timeout) as opened,
    ):
        session.tell(
            session.say(
                "consuming", job=job.name, kafka=session.settings.kafka, state=without_password(where)
            )
        )
        told = JobTold(session, job.name)
        run_job(job, session.settings, opened, stopping, told, instance=instance, attempts=attempts)
    session.tell(session.say("consumed"))


class JobTold:
    """Says on stderr what becomes of a job."""

    def __init__(self, session: Session, job: str) -> None:
        self._session = session
        self._job = job

    def going_on(self, offsets: dict[int, int]) -> None:
        """Which partitions it has."""
        self._say("consuming-partitions", partitions=", ".join(map(str, sorted(offsets))))

    def parked(self, event_id: str, kind: str, reason: str) -> None:
        """What was set aside, and what to look at."""
        kind = self._session.say(f"parked-{kind}")
        look = f"dealtrail consumers parked list {self._job}"
        self._say("consuming-parked", event=event_id, kind=kind, reason=reason, look=look)

    def dead_lettered(self, topic: str, partition: int, offset: int, reason: str) -> None:
        """What could not be read at all."""
        from consumers.topics import Topics

        dead = Topics(self._session.settings.topic_prefix).dead(self._job)
        self._say("consuming-dead", topic=topic, partition=partition, offset=offset, reason=reason, dead=dead)

    def taken_up(self, stream_id: str, left: int) -> None:
        """What became of a released deal."""
        sentence = "consuming-parked-still" if left else "consuming-taken-up"
        self._say(sentence, deal=stream_id, left=left)

    def lost(self, error: "Unavailable") -> None:
        """What cannot be used, and that it is tried again."""
        self._say("following-lost", error=error)

    def back(self) -> None:
        """That it works again."""
        self._say("following-back")

    def _say(self, sentence: str, **facts: object) -> None:
        self._session.tell(self._session.say(sentence, **facts))


def _job(name: str, config: Path | None) -> "Job":
    """The job; its own module may lie in the folder where the command is given."""
    from consumers.jobs.named import job_named
    from domain.errors import BadInput

    if "" not in sys.path:
        sys.path.insert(0, "")
    if config is None:
        return job_named(name, None)
    try:
        return job_named(name, configuration(config))
    except BadInput as error:
        raise BadInput(f"{config}: {error}") from error


def configuration(config: Path) -> dict[str, object]:
    """What a file of --config says. NotFound without one, BadInput for one that is no TOML."""
    import tomllib

    from domain.errors import BadInput, NotFound

    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(f"There is no file {config} (--config).") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"It is not readable as TOML ({error}). Correct it (--config).") from None
