"""`dealtrail consumers replay`: let a job do events again, those of all deals or of one."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.job_states import JobName, StateUrl, deal_named, opened
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.times import at_start

if TYPE_CHECKING:  # SQLAlchemy is imported when the command opens a state
    from consumers.running.replay import Plan, Since

app = typer.Typer(add_completion=False)


@declared(app, "replay")
def replay(
    session: Session,
    job: JobName,
    *,
    since: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="TIME|POSITION|beginning",
            help="From when on: what was recorded then or later, from that position of the log on, or everything.",
        ),
    ],
    deal: Annotated[str | None, typer.Option(metavar="DEAL", help="The events of this deal alone.")] = None,
    state: StateUrl = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Let a stopped job do events again when it starts next. What it did of them is not undone."""
    from consumers.running.replay import carry_out, planned

    again = _since(session, since)
    with opened(session, state, job) as own:
        one = None if deal is None else deal_named(session, deal)
        plan = planned(own, session.settings, job, again, one)
        if plan.offsets:
            said = session.say(
                "replay-would",
                job=job,
                events=session.formats.number(plan.events),
                deals=session.formats.number(len(plan.lowest)),
            )
            if yes:
                session.tell(said)
            else:
                typer.confirm(f"{said} {session.say('replay-sure')}", abort=True, err=True)
            carry_out(own, session.settings, plan)
    if session.output != "table":
        document = _document(job, plan)
        write(session.output, document, [document])
    else:
        show(session.say("replay-done" if plan.offsets else "replay-nothing", job=job))


def _since(session: Session, word: str) -> "Since":
    from consumers.running.replay import since_position, since_the_beginning, since_time

    if word == "beginning":
        return since_the_beginning
    if word.isdecimal():
        return since_position(int(word))
    return since_time(session.required_time(at_start, word, "--from"))


def _document(job: str, plan: "Plan") -> dict[str, object]:
    return {
        "job": job,
        "deal": None if plan.deal is None else str(plan.deal),
        "events": plan.events,
        "deals": len(plan.lowest),
        "partitions": [
            {"partition": partition, "from": now, "to": then}
            for partition, (now, then) in sorted(plan.offsets.items())
        ],
    }
