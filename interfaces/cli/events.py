"""`dealtrail events`: the feed of events itself."""

import json
import sys
from collections.abc import Iterator
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from domain.events import EVENTS
from interfaces.cli.command import declared
from interfaces.cli.session import Session, one_of
from interfaces.cli.stored import stored

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from engine.deals import Deals
    from engine.log import Row

PAGE = 1_000
POLL = 0.2
"""Seconds between two looks at the log while following it."""

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def events() -> None:
    """The feed of events itself."""


@declared(app, "tail")
def tail(
    session: Session,
    *,
    after: Annotated[int, typer.Option(metavar="POSITION", min=0, help="Begin behind this position.")] = 0,
    type: Annotated[
        list[str] | None, typer.Option(metavar="TYPE", help="Only this type. May be given several times.")
    ] = None,
    deal: Annotated[
        str | None, typer.Option(metavar="DEAL", help="Only this deal: UUID, SOURCE:KEY, or a beginning.")
    ] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Wait for what comes.")] = False,
) -> None:
    """Events in the order of their positions, one JSON object a line, every stored field in it."""
    types = frozenset(one_of(each, tuple(EVENTS), "--type") for each in type or ())
    stream = None if deal is None else session.find(deal)
    if session.output == "csv":
        raise typer.BadParameter("Events are told as NDJSON, one object a line.", param_hint="-o")
    for row in _rows(session.deals, after, types, follow=follow):
        if row is None:
            sys.stdout.flush()
            sleep(POLL)
        elif stream is None or row.stream_id == stream.bytes:
            sys.stdout.write(json.dumps(stored(row), ensure_ascii=False, separators=(",", ":")) + "\n")


def _rows(deals: "Deals", after: int, types: frozenset[str], *, follow: bool) -> "Iterator[Row | None]":
    """The rows behind `after`; None whenever there is nothing more for now."""
    while True:
        page = deals.store.rows(after, PAGE, types)
        yield from page
        if page:
            after = page[-1].position
        elif follow:
            yield None
        else:
            return
