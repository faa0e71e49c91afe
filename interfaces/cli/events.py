"""`dealtrail events`: the feed of events itself."""

import json
import sys
from collections.abc import Iterator
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import Unavailable
from domain.events import EVENTS
from interfaces.cli.command import declared
from interfaces.cli.session import Session, one_of
from interfaces.cli.stored import stored

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from engine.deals import Deals
    from engine.log import Row

PAGE = 1_000
QUIET = 60.0
"""Seconds that a follower waits for the log at most before it asks again."""

RETRY = 1.0
"""Seconds between two attempts to reach a store that does not answer."""

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
    for row in _following(session, after, types) if follow else _rows(session.deals, after, types):
        if stream is None or row.stream_id == stream.bytes:
            sys.stdout.write(json.dumps(stored(row), ensure_ascii=False, separators=(",", ":")) + "\n")


def _rows(deals: "Deals", after: int, types: frozenset[str]) -> "Iterator[Row]":
    """The rows behind `after`, to the end of the log."""
    while page := deals.store.rows(after, PAGE, types):
        yield from page
        after = page[-1].position


def _following(session: Session, after: int, types: frozenset[str]) -> "Iterator[Row]":
    """The rows behind `after` and all that come, for ever; a store that does not answer is tried again."""
    store, answered = session.deals.store, True
    while True:
        try:
            end = store.head().position
            for row in _rows(session.deals, after, types):
                yield row
                after = row.position
            # What is behind the last row of these types need not be looked at again.
            after = max(after, end)
            sys.stdout.flush()
            store.wait(after, QUIET)
            answered = True
        except Unavailable as error:
            if answered:
                session.tell(str(error))
            answered = False
            sleep(RETRY)
