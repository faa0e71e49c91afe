"""`deal show`, `deal log` and `deal blame`: one deal on a page, its audit trail, and who set each field."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import typer
from pydantic_core import to_jsonable_python

from domain.errors import NotFound
from domain.event import Recorded
from interfaces.cli.asking import AsOf, KnownAt, asked_when
from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.stored import stored_at
from interfaces.cli.times import at_end
from interfaces.cli.trail import Trail
from interfaces.cli.verb_commands import Deal
from projections.one_deal.audit import Blame, Entry, blame, trail
from projections.one_deal.fields_of_deal import fields_of

LATEST = 5
"""Events at the foot of `deal show`."""


def add_views_of_a_deal(app: typer.Typer) -> None:
    """Add the three to the group `deal`."""
    declared(app, "show")(show_deal)
    declared(app, "log")(log)
    declared(app, "blame")(blame_deal)


def show_deal(session: Session, deal: Deal, *, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """One deal on a page: what it is, since when, and what happened last."""
    stream, at, known = _asked(session, deal, as_of, known_at)
    state = session.deals.deal(stream, as_of=at, known_at=known)
    events = session.deals.story(stream)
    if session.output != "table":
        document: dict[str, Any] = {
            "deal": str(stream),
            "version": state.version,
            "as_of": to_jsonable_python(at),
            "known_at": to_jsonable_python(known),
            "fields": to_jsonable_python(fields_of(state)),
        }
        write(session.output, document, [document])
        return
    words, formats = Trail(session, events), session.formats
    entries = trail(events, at, known)
    held = [each for each in blame(events, at, known) if each.value is not None and each.field != "title"]
    show(asked_when(session, at, known))
    columns = [
        Column(session.say("field")),
        Column(session.say("value")),
        Column(session.say("since")),
        Column(session.say("by")),
    ]
    rows = [
        (
            words.words.name(each.field),
            words.words.value(each.field, each.value),
            formats.happened(each.at, each.set_by.precision),
            words.who(each.set_by.by),
        )
        for each in held
    ]
    title = session.say("deal-title", title=state.life.title, deal=stream, version=state.version)
    show(table(columns, rows, title=title))
    show(session.say("latest"))
    show_entries(session, words, entries[-LATEST:])


def log(session: Session, deal: Deal, *, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """The audit trail: everything that was recorded of a deal, in the order in which it happened.

    What came in late or was corrected is marked. `-o ndjson` is every stored field, in the order of versions.
    """
    stream, at, known = _asked(session, deal, as_of, known_at)
    events = _story(session, stream)
    entries = trail(events, at, known)
    if session.output != "table":
        wanted = {each.recorded.version for each in entries} | {
            word.version for each in entries for word in each.words
        }
        positions = [each.position for each in events if each.version in wanted]
        lines = list(stored_at(session.deals, positions))
        write(session.output, lines, lines)
        return
    show(asked_when(session, at, known))
    show_entries(session, Trail(session, events), entries)


def blame_deal(session: Session, deal: Deal, *, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """For each field: which event set it, when, by whom, and what was there before."""
    stream, at, known = _asked(session, deal, as_of, known_at)
    events = _story(session, stream)
    found = blame(events, at, known)
    if session.output != "table":
        lines = [_told(each) for each in found]
        write(session.output, lines, lines)
        return
    words = Trail(session, events)
    show(asked_when(session, at, known))
    titles = ("field", "value", "before", "since", "by", "event")
    columns = [
        Column(session.say(title), right=title == "event", under=title in {"by", "event"}) for title in titles
    ]
    rows = [
        (
            words.words.name(each.field),
            words.words.value(each.field, each.value),
            words.words.value(each.field, each.before),
            session.formats.happened(each.at, each.set_by.precision),
            words.who(each.set_by.by),
            f"{session.formats.label('event_type', each.set_by.type)} {each.set_by.version}",
        )
        for each in found
    ]
    show(table(columns, rows))


def _asked(
    session: Session, deal: str, as_of: str | None, known_at: str | None
) -> tuple[UUID, datetime | None, datetime | None]:
    stream = session.find(deal)
    return stream, session.time(at_end, as_of, "--as-of"), session.time(at_end, known_at, "--known-at")


def _story(session: Session, stream: UUID) -> list[Recorded]:
    events = session.deals.story(stream)
    if not events:
        raise NotFound(f"There is no deal {stream}. `dealtrail deal list` shows those there are.")
    return events


def show_entries(session: Session, words: Trail, entries: Sequence[Entry]) -> None:
    """Print entries of a trail for people."""
    columns = [
        Column("#", right=True),
        Column(session.say("when"), whole=True),
        Column(session.say("who")),
        Column(session.say("what")),
    ]
    rows = [
        (str(each.recorded.version), words.when(each), words.who(each.recorded.by), words.what(each))
        for each in entries
    ]
    show(table(columns, rows))


def _told(each: Blame) -> dict[str, Any]:
    return {
        "field": each.field,
        "value": to_jsonable_python(each.value),
        "before": to_jsonable_python(each.before),
        "version": each.set_by.version,
        "type": each.set_by.type,
        "at": each.at.isoformat(),
        "precision": each.set_by.precision,
        "by": each.set_by.by.model_dump(mode="json", exclude_none=True),
    }
