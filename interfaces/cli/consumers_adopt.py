"""`dealtrail consumers adopt`: let a job go on with another state than it worked with."""

from typing import Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.job_states import JobName, StateUrl, state_of
from interfaces.cli.output import show, write
from interfaces.cli.session import Session

app = typer.Typer(add_completion=False)


@declared(app, "adopt")
def adopt(
    session: Session,
    job: JobName,
    *,
    state: StateUrl = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Let a stopped job go on with this state from now on, where it has worked with another one."""
    from consumers.running.adopting import adopt as let_adopt
    from consumers.running.adopting import others
    from consumers.running.state import State

    with State.open(state or state_of(job), busy_timeout=session.settings.busy_timeout) as own:
        places = others(own, session.settings, job)
        if places:
            said = session.say("adopt-would", job=job, state=own.shown)
            if yes:
                session.tell(said)
            else:
                typer.confirm(f"{said} {session.say('again-sure')}", abort=True, err=True)
            let_adopt(own, session.settings, job, places)
        shown = own.shown
    if session.output != "table":
        document = {"job": job, "state": shown, "partitions": sorted(each.partition for each in places)}
        write(session.output, document, [document])
    else:
        show(session.say("adopt-done" if places else "adopt-nothing", job=job, state=shown))
