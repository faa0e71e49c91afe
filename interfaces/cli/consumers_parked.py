"""`dealtrail consumers parked`: deals whose events a job has set aside, and how it goes on with them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.job_states import JobName, StateUrl, deal_named, formats, group, opened
from interfaces.cli.output import show, write
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command opens a state
    from collections.abc import Sequence
    from uuid import UUID

    from consumers.running.parked import ParkedDeal
    from consumers.running.state import State

Deal = Annotated[str, typer.Argument(metavar="DEAL", help="The deal.")]
Wait = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0, help="How long to wait for a running job to say what came of it."),
]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def parked() -> None:
    """Deals that a job has set aside because an event failed: list, show, release, skip."""


@declared(app, "list")
def list_(session: Session, job: JobName, *, state: StateUrl = None) -> None:
    """The deals whose events wait, the longest parked first."""
    from consumers.running.parked import ParkedDeal, parked_deals

    with opened(session, state, job) as own:
        found = parked_deals(own, group(session, job))
    if session.output != "table":
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines, shape=ParkedDeal)
    elif not found:
        show(session.say("parked-none", job=job))
    else:
        _show_deals(session, found)


@declared(app, "show")
def show_(session: Session, job: JobName, deal: Deal, *, state: StateUrl = None) -> None:
    """The events of a deal that wait, in the order in which they will be done, and why."""
    from consumers.running.parked import parked_events

    with opened(session, state, job) as own:
        found = parked_events(own, group(session, job), deal_named(session, deal))
    if session.output != "table":
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines)
        return
    titles = ("version", "type", "kind", "since", "partition", "offset", "reason")
    columns = [
        Column(session.say(f"parked-{title}"), right=title in {"version", "partition", "offset"})
        for title in titles
    ]
    rows = [
        [
            str(each.version),
            each.type or "",
            session.say(f"parked-as-{each.kind}"),
            formats(session).instant(each.parked_at),
            str(each.partition),
            str(each.offset),
            each.reason,
        ]
        for each in found
    ]
    show(table(columns, rows))


@declared(app, "release")
def release(
    session: Session,
    job: JobName,
    deal: Annotated[
        str | None, typer.Argument(metavar="[DEAL]", help="The deal; without one, all that are parked.")
    ] = None,
    *,
    state: StateUrl = None,
    wait: Wait = 10.0,
) -> None:
    """Have the job do a deal's parked events again, in order, and go on with it live."""
    from consumers.running.going_on import release as ask_for_release
    from consumers.running.parked import parked_deals

    with opened(session, state, job) as own:
        name = group(session, job)
        named = None if deal is None else deal_named(session, deal)
        deals = [each.deal for each in parked_deals(own, name)] if named is None else [named]
        ask_for_release(own, name, deals, _now())
        _tell_outcome(session, own, job, deals, wait)


@declared(app, "skip")
def skip(
    session: Session,
    job: JobName,
    deal: Deal,
    *,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why it is left out; kept with the job's state.")
    ],
    state: StateUrl = None,
    wait: Wait = 10.0,
) -> None:
    """Leave out what stands in a deal's way, its first parked event or versions that never came; release the rest."""
    from consumers.running.going_on import skip as leave_out

    with opened(session, state, job) as own:
        stream = deal_named(session, deal)
        left_out = leave_out(own, group(session, job), stream, reason, _now())
        session.tell(
            session.say(
                "parked-skipped", deal=stream, version=left_out.version, through=left_out.through, job=job
            )
        )
        _tell_outcome(session, own, job, [stream], wait)


def _tell_outcome(session: Session, own: "State", job: str, deals: "Sequence[UUID]", seconds: float) -> None:
    """What came of releasing these deals, as far as it can be seen."""
    from consumers.running.parked import wait_for

    left = wait_for(own, group(session, job), deals, seconds)
    waiting = sum(each.released for each in left)
    document = {
        "job": job,
        "released": len(deals),
        "done": len(deals) - len(left),
        "waiting": waiting,
        "parked": [each.model_dump(mode="json") for each in left if not each.released],
    }
    if session.output != "table":
        write(session.output, document, [document])
        return
    number = formats(session).number
    show(session.say("parked-done", done=number(len(deals) - len(left)), released=number(len(deals))))
    if waiting:
        show(session.say("parked-waiting", waiting=number(waiting), job=job))
    if len(left) > waiting:
        _show_deals(session, [each for each in left if not each.released])


def _show_deals(session: Session, found: "Sequence[ParkedDeal]") -> None:
    titles = ("deal", "events", "version", "kind", "since", "reason")
    columns = [
        Column(session.say(f"parked-{title}"), right=title in {"events", "version"}, whole=title == "deal")
        for title in titles
    ]
    rows = [
        [
            str(each.deal),
            formats(session).number(each.events),
            str(each.version),
            session.say("parked-as-released" if each.released else f"parked-as-{each.kind}"),
            formats(session).instant(each.parked_at),
            each.reason,
        ]
        for each in found
    ]
    show(table(columns, rows))


def _now() -> datetime:
    from engine.clock import now

    return now()
