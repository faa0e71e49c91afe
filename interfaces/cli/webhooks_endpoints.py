"""`dealtrail consumers webhooks endpoints`: how the receivers do, and which are delivered to."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.job_states import StateUrl, formats
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.webhooks_queues import queues_read, queues_written

if TYPE_CHECKING:
    from datetime import datetime

Name = Annotated[str, typer.Argument(metavar="NAME", help="The endpoint's name.")]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def endpoints() -> None:
    """The receivers: list, enable, disable."""


@declared(app, "list")
def list_(session: Session, *, state: StateUrl = None) -> None:
    """How much waits for each endpoint and since when, and which are paused or disabled."""
    from consumers.jobs.webhooks.log import Queue, queues
    from engine.clock import now

    with queues_read(session, state) as connection:
        found = queues(connection, now())
    if session.output != "table":
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines, shape=Queue)
        return
    titles = ("endpoint", "state", "waiting", "oldest", "failed", "delivered", "paused-until")
    columns = [
        Column(session.say(f"webhooks-{title}"), right=title in {"waiting", "failed", "delivered"})
        for title in titles
    ]
    number = formats(session).number
    rows = [
        [
            each.name,
            session.say(f"webhooks-is-{each.state}"),
            number(each.waiting),
            _instant(session, each.oldest),
            number(each.failed),
            number(each.delivered),
            _instant(session, each.paused_until),
        ]
        for each in found
    ]
    show(table(columns, rows))


@declared(app, "enable")
def enable(session: Session, name: Name, *, state: StateUrl = None) -> None:
    """Deliver to an endpoint again, what waited first, and do not wait for a pause to end."""
    from consumers.jobs.webhooks.tending import enable as enable_one

    with queues_written(session, state) as connection:
        enable_one(connection, name)
    _told(session, name, "ready")


@declared(app, "disable")
def disable(session: Session, name: Name, *, state: StateUrl = None) -> None:
    """Neither queue nor deliver anything for an endpoint until it is enabled; what waits, waits."""
    from consumers.jobs.webhooks.tending import disable as disable_one
    from engine.clock import now

    with queues_written(session, state) as connection:
        disable_one(connection, name, now())
    _told(session, name, "disabled")


def _told(session: Session, name: str, state: str) -> None:
    if session.output == "table":
        show(session.say(f"webhooks-now-{state}", endpoint=name))
    else:
        write(session.output, {"name": name, "state": state}, [{"name": name, "state": state}])


def _instant(session: Session, instant: "datetime | None") -> str:
    return "" if instant is None else formats(session).instant(instant)
