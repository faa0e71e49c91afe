"""`dealtrail consumers webhooks deliveries`: the delivery log."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.job_states import StateUrl, formats
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.webhooks_queues import queues_read

if TYPE_CHECKING:  # SQLAlchemy is imported when a command opens a state
    from collections.abc import Sequence
    from datetime import datetime

    from consumers.jobs.webhooks.log import Attempt, Delivery, DeliveryState

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def deliveries() -> None:
    """The delivery log: list, show."""


@declared(app, "list")
def list_(
    session: Session,
    *,
    endpoint: Annotated[str | None, typer.Option(metavar="NAME", help="Of this endpoint alone.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="What was given up alone.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="What still waits alone.")] = False,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="So many at most.")] = 50,
    state: StateUrl = None,
) -> None:
    """What was or is to be delivered, the latest events first."""
    from consumers.jobs.webhooks.log import Delivery
    from consumers.jobs.webhooks.log import deliveries as deliveries_of

    if failed and waiting:
        raise typer.BadParameter("What was given up does not wait: say one of them.", param_hint="--failed")
    wanted: DeliveryState | None = "failed" if failed else "waiting" if waiting else None
    with queues_read(session, state) as connection:
        found = deliveries_of(connection, endpoint, wanted, limit)
    if session.output != "table":
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines, shape=Delivery)
    elif not found:
        show(session.say("webhooks-none"))
    else:
        _show(session, found)


@declared(app, "show")
def show_(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="ID", help="The id, as `deliveries list` and the receiver have it.")
    ],
    *,
    state: StateUrl = None,
) -> None:
    """One delivery, and every attempt at it."""
    from consumers.jobs.webhooks.log import Attempt, delivery

    with queues_read(session, state) as connection:
        found, attempts = delivery(connection, name)
    if session.output != "table":
        lines = [each.model_dump(mode="json") for each in attempts]
        write(session.output, {**found.model_dump(mode="json"), "log": lines}, lines, shape=Attempt)
        return
    _show(session, [found])
    if attempts:
        _show_attempts(session, attempts)


def _show(session: Session, found: "Sequence[Delivery]") -> None:
    titles = ("id", "event", "state", "attempts", "queued", "due", "settled")
    columns = [
        Column(session.say(f"webhooks-{title}"), right=title == "attempts", whole=title == "id")
        for title in titles
    ]
    rows = [
        [
            each.id,
            each.type,
            session.say(f"webhooks-is-{each.state}"),
            formats(session).number(each.attempts),
            formats(session).instant(each.queued_at),
            _instant(session, each.due_at),
            _instant(session, each.settled_at),
        ]
        for each in found
    ]
    show(table(columns, rows))


def _show_attempts(session: Session, attempts: "Sequence[Attempt]") -> None:
    titles = ("attempt", "at", "answer", "took")
    columns = [
        Column(session.say(f"webhooks-{title}"), right=title in {"attempt", "took"}) for title in titles
    ]
    rows = [
        [
            formats(session).number(each.attempt),
            formats(session).instant(each.at),
            session.say(f"webhooks-{each.error}")
            if each.error
            else str(each.status or session.say("webhooks-open")),
            "" if each.took_ms is None else formats(session).number(each.took_ms),
        ]
        for each in attempts
    ]
    show(table(columns, rows))


def _instant(session: Session, instant: "datetime | None") -> str:
    return "" if instant is None else formats(session).instant(instant)
