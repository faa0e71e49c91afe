"""`dealtrail events`: the feed of events itself."""

import json
import sys
from collections.abc import Iterator
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import StoreForeign, Unavailable
from domain.events import EVENTS
from interfaces.cli.command import declared
from interfaces.cli.session import Session, one_of
from interfaces.cli.stored import stored

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from engine.log import Log, Row

PAGE = 1_000
QUIET = 5.0
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
    for row in _following(session, after, types) if follow else _rows(session.deals.store, after, types):
        if stream is None or row.stream_id == stream.bytes:
            sys.stdout.write(json.dumps(stored(row), ensure_ascii=False, separators=(",", ":")) + "\n")


def _rows(log: "Log", after: int, types: frozenset[str]) -> "Iterator[Row]":
    """The rows behind `after`, to the end of the log."""
    _digest_at(log, after, None)
    while page := log.rows(after, PAGE, types):
        yield from page
        after = page[-1].position


def _following(session: Session, after: int, types: frozenset[str]) -> "Iterator[Row]":
    """The rows behind `after` and all that come, for ever; a store that does not answer is tried again."""
    log, answered = session.deals.store, True
    digest = None
    while True:
        try:
            head = log.head()
            while page := log.rows(after, PAGE, types):
                _digest_at(log, after, digest)
                yield from page
                after, digest = page[-1].position, page[-1].digest
            digest = _digest_at(log, after, digest)
            if head.position > after:
                # What is behind the last row of these types need not be looked at again.
                after, digest = head.position, head.digest
            sys.stdout.flush()
            log.wait(after, QUIET)
            answered = True
        except StoreForeign:
            raise
        except Unavailable as error:
            if answered:
                session.tell(str(error))
            answered = False
            sleep(RETRY)


def _digest_at(log: "Log", position: int, seen: bytes | None) -> bytes | None:
    """The digest of the event behind which is read on; StoreForeign where it is gone, or not the one `seen` there.

    A log goes back where a backup is put back, or a server takes over that did not have every event yet; others
    may have recorded since, and their events would be passed over.
    """
    digest = log.digest_at(position)
    if position == 0 or (digest is not None and seen in (None, digest)):
        return digest
    there = (
        "is not the one that was read" if digest else f"is not there: the log ends at {log.head().position}"
    )
    raise StoreForeign(
        f"The event at position {position} of {log.info.url} {there}. Was a backup put back, or has a server taken "
        "over that did not have every event? Begin again behind a position that it still holds (--after POSITION)."
    )
