"""`dealtrail consumers replay`: let a job do events again, those of all deals or of one."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.job_states import JobName, StateUrl, deal_named, formats, opened
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.times import NotATime, at_start

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
                "again-would",
                job=job,
                events=formats(session).number(plan.events),
                deals=formats(session).number(len(plan.lowest)),
            )
            if yes:
                session.tell(said)
            else:
                typer.confirm(f"{said} {session.say('again-sure')}", abort=True, err=True)
            carry_out(own, session.settings, plan)
    if session.output != "table":
        document = _document(job, plan)
        write(session.output, document, [document])
    else:
        show(session.say("again-done" if plan.offsets else "again-nothing", job=job))


def _since(session: Session, word: str) -> "Since":
    from consumers.running.replay import since_position, since_the_beginning, since_time

    if word == "beginning":
        return since_the_beginning
    if word.isdecimal():
        return since_position(int(word))
    try:
        return since_time(at_start(word, formats(session).zone, session.now))
    except NotATime as error:
        raise typer.BadParameter(str(error), param_hint="--from") from None


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
