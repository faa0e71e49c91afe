"""`dealtrail relay`: the topics, the process that sends what is recorded to Kafka, and how far it is."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.output import show, write
from interfaces.cli.session import Session

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from domain.errors import Unavailable

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def relay() -> None:
    """What is recorded goes to Kafka: topics, the relay itself, how far it is."""


@declared(app, "init")
def init(
    session: Session,
    *,
    replication: Annotated[
        int | None,
        typer.Option(
            metavar="COPIES", min=1, help="How many brokers keep each event; without it, the brokers decide."
        ),
    ] = None,
) -> None:
    """Make the topics that are missing and check those that are there; doing it twice is harmless."""
    from consumers.relay.topic_setup import make_topics

    made = make_topics(session.settings, session.deals.info.store_id, replication=replication)
    if session.output != "table":
        write(session.output, {"made": made}, [{"topic": topic} for topic in made])
        return
    for topic in made:
        show(session.say("relay-made", topic=topic))
    show(session.say("relay-ready"))


@declared(app, "run")
def run(
    session: Session,
    *,
    batch: Annotated[
        int,
        typer.Option(metavar="EVENTS", min=1, max=100_000, help="So many events at most in one transaction."),
    ] = 2_000,
    interval: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0.05, help="Look so often at least, whether the log has called or not."
        ),
    ] = 1.0,
    from_mark: Annotated[
        bool,
        typer.Option(
            "--from-mark",
            help="Where Kafka has forgotten the position: find it again by the store's mark and the last events "
            "in the topics.",
        ),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say each batch.")] = False,
) -> None:
    """Send every event to Kafka, once and in order, until interrupted; then finish the batch in hand and stop."""
    from consumers.relay.relay import run_relay
    from interfaces.cli.running import stopped_by_signals

    deals = session.deals
    with stopped_by_signals() as stopping:
        session.tell(session.say("relaying", url=deals.info.url, kafka=session.settings.kafka))
        told = RelayTold(session, verbose=verbose)
        run_relay(deals, stopping, told, batch=batch, interval=interval, from_mark=from_mark)
    session.tell(session.say("relay-stopped"))


@declared(app, "status")
def status(session: Session) -> None:
    """How far the relay is behind the log, in events and in seconds. Looking changes nothing."""
    from consumers.relay.status import relay_status
    from engine.clock import now

    found = relay_status(session.deals.store, session.settings, now)
    if session.output != "table":
        document = found.model_dump(mode="json")
        write(session.output, document, [document])
        return
    rows = [(session.say(f"relay-{name.replace('_', '-')}"), _cell(session, value)) for name, value in found]
    show(table([Column("", whole=True), Column("", whole=True)], rows))


class RelayTold:
    """Says on stderr what becomes of the relay."""

    def __init__(self, session: Session, *, verbose: bool) -> None:
        self._session = session
        self._verbose = verbose

    def waiting(self) -> None:
        """That it stands by."""
        self._say("relay-waiting")

    def began(self, position: int) -> None:
        """Where it goes on."""
        self._say("relay-began", position=self._session.formats.number(position))

    def relayed(self, position: int, events: int, seconds: float) -> None:
        """A line for whoever wants one each time."""
        if self._verbose:
            number = self._session.formats.number
            ms = number(round(1_000 * seconds))
            self._say("relayed", events=number(events), ms=ms, position=number(position))

    def overtaken(self, why: str) -> None:
        """That another one has gone on."""
        self._say("relay-overtaken", why=why)

    def lost(self, error: "Unavailable") -> None:
        """What cannot be used, and that it is tried again."""
        self._say("following-lost", error=error)

    def back(self) -> None:
        """That it works again."""
        self._say("following-back")

    def _say(self, sentence: str, **facts: object) -> None:
        self._session.tell(self._session.say(sentence, **facts))


def _cell(session: Session, value: object) -> str:
    if value is None:
        return session.say("relay-no-position")
    if isinstance(value, datetime):
        return session.formats.instant(value)
    return session.formats.number(value) if isinstance(value, int | float) else str(value)
