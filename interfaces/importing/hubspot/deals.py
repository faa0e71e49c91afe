"""One deal of HubSpot with everything that the other files say of it."""

from datetime import timedelta
from typing import Any

from interfaces.importing.crm.causes import causes
from interfaces.importing.crm.facts import LABEL, DealFacts, Further, Known, Place
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.hubspot.moments import Histories
from interfaces.importing.hubspot.subjects import (
    COMPANIES,
    CONTACTS,
    DEAL_COMPANIES,
    DEAL_CONTACTS,
    DEALS,
    MERGES,
)
from interfaces.importing.table.slugs import code
from interfaces.importing.table.when import When

_MINUTE = timedelta(minutes=1)


def deal_facts(
    key: str, row: Row, shelf: Shelf, reader: Reader, histories: Histories, source: str
) -> DealFacts:
    """What is told of it. RowRefused where its own row cannot be held."""
    place = histories.pipelines.place(row.text("pipeline"), row.text("stage"), histories.places)
    now = _now(key, row, shelf, reader, histories, place)
    opened, changed = reader.when(row, "created"), reader.when(row, "changed")
    facts = DealFacts(key, row, place.pipeline, opened, {}, now, changed=changed)
    facts.placed = _placed(row, reader, place)
    facts.moments = histories.of(row, key)
    covered = {name for moment in facts.moments for name in moment.says}
    facts.first = _from_the_beginning(facts) | {
        name: value for name, value in now.items() if name not in covered | {"place", "next_step"}
    }
    won = place.standing == "won"
    facts.causes = causes(row.text("won_reason" if won else "lost_reason"), won=won)
    if row.flag("deleted"):
        facts.discarded = changed or True
    facts.further = [*_contacts(key, shelf), *_merges(key, shelf, source)]
    return facts


def _now(
    key: str, row: Row, shelf: Shelf, reader: Reader, histories: Histories, place: Place
) -> dict[str, Known]:
    """How it stands, as far as its file has the columns."""
    there = row.sheet.places
    now: dict[str, Known] = {"place": place} if row.text("stage") else {}
    if "amount" in there:
        now["amount"] = reader.money(row, "amount", row.text("currency"))
    if "closes" in there and place.standing == "open":
        now["expected_close"] = reader.day(row, "closes")
    source = row.text("source")
    texts: dict[str, tuple[str, Known]] = {
        "owner": ("owner", histories.owner(row.text("owner"))),
        "lead_source": ("source", (code("lead_source", source) or None) if source else None),
        "next_step": ("next_step", row.text("next_step")),
        f"{LABEL}type": ("type", row.text("type")),
    }
    now |= {name: value for name, (column, value) in texts.items() if column in there}
    if row.text("name"):
        now["title"] = row.text("name")
    return now | _company(key, row, shelf)


def _company(key: str, row: Row, shelf: Shelf) -> dict[str, Known]:
    linked = shelf.one(DEAL_COMPANIES.name, key)
    company = row.text("company") if linked is None else linked.text("company")
    if company is None:
        name = row.text("company_name")
        return {} if name is None else {"account": name, "account_name": name}
    company = company.partition(";")[0].strip()
    known: dict[str, Known] = {"account": company}
    found = shelf.one(COMPANIES.name, company)
    name = row.text("company_name") if found is None else found.text("name")
    if name is not None:
        known["account_name"] = name
    if found is not None and "industry" in found.sheet.places:
        known[f"{LABEL}industry"] = found.text("industry")
    return known


def _placed(row: Row, reader: Reader, place: Place) -> When | None:
    """When a closed deal was closed."""
    if place.standing == "open":
        return None
    closed = reader.planned(row, "closes")
    return closed if closed is not None and closed.at <= reader.now else None


def _from_the_beginning(facts: DealFacts) -> dict[str, Known]:
    """What the history says of the minute in which the deal was made."""
    first: dict[str, Known] = {}
    for moment in facts.moments:
        if facts.opened is None or moment.when is None or abs(moment.when.at - facts.opened.at) > _MINUTE:
            continue
        for name, value in moment.says.items():
            closed = isinstance(value, Place) and value.standing != "open"
            if not closed:
                first.setdefault(name, value)
    return first


def _contacts(key: str, shelf: Shelf) -> list[Further]:
    """The people of the deal; HubSpot does not say since when."""
    lines = []
    for row in shelf.of(DEAL_CONTACTS.name, key):
        contact = row.text("contact")
        if contact is None:
            shelf.refuse(row.refused("contact", "There is no contact here."))
            continue
        person: dict[str, Any] = {"contact": contact}
        found = shelf.one(CONTACTS.name, contact)
        if found is not None:
            name = " ".join(filter(None, (found.text("first"), found.text("last")))) or None
            kept = {"name": name, "account": found.text("company")}
            kept |= {each: found.text(each) for each in ("title", "email", "phone")}
            person |= {field: text for field, text in kept.items() if text is not None}
        lines.append(Further("ContactAdded", person, row, f"contact:{contact}"))
    return lines


def _merges(key: str, shelf: Shelf, source: str) -> list[Further]:
    """What became one with it, as far as both are there; HubSpot does not say when."""
    lines = []
    for row in shelf.of(MERGES.name, key):
        into, merged = row.text("deal"), row.text("merged")
        other = merged if key == into else into
        if shelf.one(DEALS.name, other) is None:
            continue
        if key == into:
            data = {"absorbed": f"{source}:{merged}"}
            lines.append(Further("DealAbsorbed", data, row, f"absorbed:{merged}"))
        else:
            lines.append(Further("DealMerged", {"into": f"{source}:{into}"}, row, "merged"))
    return lines
