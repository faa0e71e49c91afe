"""`dealtrail consumers status`: how far jobs are behind, and what they have set aside."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.job_states import StateUrl, formats, opened
from interfaces.cli.output import show, write
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when the command opens a state
    from consumers.running.status import JobStatus

app = typer.Typer(add_completion=False)


@declared(app, "status")
def status(
    session: Session,
    jobs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[JOB]...", help="Which jobs; without a name, all of the state."),
    ] = None,
    *,
    state: StateUrl = None,
    partitions: Annotated[bool, typer.Option("--partitions", help="A line for every partition.")] = False,
) -> None:
    """How far each job is behind, and what it has set aside. Looking changes nothing."""
    from consumers.running.status import JobStatus
    from consumers.running.status import status as status_of

    if state is None and not jobs:
        raise typer.BadParameter("Name a job, or a state with --state.", param_hint="JOB")
    told: list[JobStatus] = []
    if state is not None:
        with opened(session, state, "") as one:
            told.extend(status_of(one, session.settings, jobs or ()))
    else:
        for job in jobs or ():
            with opened(session, None, job) as own:
                told.extend(status_of(own, session.settings, [job]))
    lines = [each.model_dump(mode="json") for each in told]
    if session.output != "table":
        write(session.output, lines, lines, shape=JobStatus)
    elif not told:
        show(session.say("jobs-none"))
    elif partitions:
        _show_partitions(session, told)
    else:
        _show_jobs(session, told)


def _show_jobs(session: Session, told: "list[JobStatus]") -> None:
    number = formats(session).number
    figures = ("waiting", "behind", "parked-deals", "parked-events", "skipped", "dead-letters", "not-started")
    columns = [Column(session.say("jobs-job"), whole=True), Column(session.say("jobs-state"))]
    columns += [Column(session.say(f"jobs-{name}"), right=True) for name in figures]
    rows = [
        [
            each.job,
            session.say(f"jobs-{each.state.replace(' ', '-')}-now", processes=each.processes),
            ("≤ " if each.at_most else "") + number(each.lag_events),
            number(each.lag_seconds),
            number(each.parked_deals),
            number(each.parked_events),
            number(each.skipped),
            number(each.dead_letters),
            number(each.partitions_not_started),
        ]
        for each in told
    ]
    show(table(columns, rows))


def _show_partitions(session: Session, told: "list[JobStatus]") -> None:
    number = formats(session).number
    columns = [Column(session.say("jobs-job"), whole=True)]
    columns += [
        Column(session.say(f"jobs-{name}"), right=True)
        for name in ("partition", "next-offset", "waiting", "behind")
    ]
    rows = [
        [
            each.job,
            str(one.partition),
            session.say("jobs-not-started-now") if one.next_offset is None else number(one.next_offset),
            number(one.lag_events),
            number(one.lag_seconds),
        ]
        for each in told
        for one in each.partitions
    ]
    show(table(columns, rows))
