"""One opportunity of Salesforce with everything that the other files say of it."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from interfaces.importing.crm.causes import causes
from interfaces.importing.crm.facts import LABEL, DealFacts, Known, Moment, Place
from interfaces.importing.crm.importing import readable
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.salesforce.activities import event, task
from interfaces.importing.salesforce.moments import Histories
from interfaces.importing.salesforce.people import account, contact_role, user
from interfaces.importing.salesforce.subjects import EVENTS, ROLES, TASKS
from interfaces.importing.table.slugs import code
from interfaces.importing.table.when import When, start_of_day

_MINUTE = timedelta(minutes=1)


def opportunity(
    key: str, row: Row, shelf: Shelf, reader: Reader, histories: Histories, slug: str
) -> DealFacts:
    """What is told of it. RowRefused where its own row cannot be held."""
    now = _now(row, shelf, histories)
    opened, changed = reader.when(row, "created"), reader.when(row, "changed")
    place = now.get("place")
    facts = DealFacts(
        key,
        row,
        slug,
        opened,
        {},
        now,
        changed=changed,
        placed=_placed(row, reader, place),
        opened_by=user(shelf, row.text("created_by")),
    )
    first = _history(facts, reader, histories)
    before, changes = histories.changes(key, row.text("currency"), without=tuple(first))
    facts.moments = sorted([*facts.moments, *changes], key=lambda each: each.when.at if each.when else 0)
    first |= before
    covered = {name for moment in facts.moments for name in moment.says}
    facts.first = first | {
        name: value for name, value in now.items() if name not in covered | {"place", "next_step"}
    }
    if "place" in covered and changed is not None:
        # Its history says when it moved; a close date may be years from that.
        facts.placed = None
    won = isinstance(place, Place) and place.standing == "won"
    facts.causes = causes(row.text("reason") or (None if won else row.text("loss_reason")), won=won)
    if row.flag("deleted") and not facts.discarded:
        facts.discarded = changed or True
    for subject, read in ((ROLES, contact_role), (TASKS, task), (EVENTS, event)):
        reading = partial(read, shelf=shelf, reader=reader)
        for lines in readable(shelf.of(subject.name, key), reading, shelf):
            facts.further += lines
    return facts


def _now(row: Row, shelf: Shelf, histories: Histories) -> dict[str, Known]:
    """How it stands, as far as its file has the columns."""
    now = histories.says(row)
    place = now.get("place")
    if isinstance(place, Place) and place.standing != "open":
        now.pop("expected_close", None)
    where = account(shelf, row.text("account"))
    source = row.text("source")
    texts: dict[str, tuple[str, Known]] = {
        "title": ("name", row.text("name")),
        "account": ("account", row.text("account")),
        "owner": ("owner", user(shelf, row.text("owner"))),
        "lead_source": ("source", (code("lead_source", source) or None) if source else None),
        "campaign": ("campaign", row.text("campaign")),
        "next_step": ("next_step", row.text("next_step")),
        f"{LABEL}type": ("type", row.text("type")),
    }
    now |= {name: value for name, (column, value) in texts.items() if column in row.sheet.places}
    if now.get("title", "") is None:
        del now["title"]
    if where is not None:
        now["account_name"] = where.text("name")
        if "industry" in where.sheet.places:
            now[f"{LABEL}industry"] = where.text("industry")
    elif row.text("account_name"):
        now["account_name"] = row.text("account_name")
    return now


def _placed(row: Row, reader: Reader, place: Known) -> When | None:
    """Since when it stands where it does: its last move, or for a closed one the day of its closing."""
    if not isinstance(place, Place) or place.standing == "open":
        return reader.when(row, "staged")
    return _closing_day(reader.day(row, "closes"), reader)


def _closing_day(day: date | None, reader: Reader) -> When | None:
    if day is None:
        return None
    at = start_of_day(day, reader.dates.zone)
    return When(at, "day") if at <= reader.now else None


def _history(facts: DealFacts, reader: Reader, histories: Histories) -> dict[str, Known]:
    """Put its history into the facts; what is known from the beginning on."""
    facts.moments = histories.snapshots(facts.key)
    if facts.moments:
        return _from_snapshots(facts)
    facts.moments = histories.versions(facts.key)
    if not facts.moments:
        return {}
    seen = facts.moments[0]
    # Nobody knows how long it had been so when it was first seen; a deal that was closed then says on which day.
    facts.moments[0] = replace(seen, closed=_closed_before(seen, reader))
    deleted = next((each.when for each in facts.moments if each.row.flag("deleted")), None)
    facts.discarded = deleted or False
    return {
        name: value for name, value in seen.says.items() if name != "place" and not _is_closing(name, seen)
    }


def _from_snapshots(facts: DealFacts) -> dict[str, Known]:
    begin = facts.moments[0]
    if begin.when is None or not _is_beginning(begin.when, facts.opened):
        return {}
    if facts.opened is None or facts.opened.precision == "day" or begin.when.at < facts.opened.at:
        facts.opened = begin.when
    place = begin.says.get("place")
    closed = isinstance(place, Place) and place.standing != "open"
    return {
        name: value
        for name, value in begin.says.items()
        if not (closed and name == "place") and not _is_closing(name, begin)
    }


def _is_beginning(when: When, opened: When | None) -> bool:
    """Whether a row of history is the one that the opening of the opportunity left."""
    if opened is None:
        return True
    if "day" in (when.precision, opened.precision):
        return when.same(opened, when.at.tzinfo or opened.at.tzinfo)  # type: ignore[arg-type]
    return abs(when.at - opened.at) <= _MINUTE


def _closed_before(seen: Moment, reader: Reader) -> When | None:
    closes = seen.says.get("expected_close")
    day = _closing_day(closes, reader) if isinstance(closes, date) else None
    return day if day is not None and seen.when is not None and day.at <= seen.when.at else None


def _is_closing(name: str, moment: Moment) -> bool:
    """Whether this is the day of the closing, and no expectation."""
    place = moment.says.get("place")
    return name == "expected_close" and isinstance(place, Place) and place.standing != "open"
