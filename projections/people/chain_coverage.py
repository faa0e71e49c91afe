"""Who of a buyer's side we know and have met: the roles that decide, and how many people we speak with."""

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, case, func, select

from projections.asking.asked import Asked
from projections.asking.periods import DAY
from projections.closings.outcomes import outcomes
from projections.people.contacts import contact_meetings, contact_roles, contacts
from projections.running.known import Known

ROLES = ("economic-buyer", "decision-maker", "champion", "technical-buyer")
"""Without these nobody knows who decides."""

THREADS_DAYS = 30
"""Who was touched in so many days is a thread of a deal."""

THREADS = 2
"""A deal with fewer threads hangs on one."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A role that somebody in the chain has. The instants (µs) are None where the event has no date.

    `since` is since when somebody who has it now has had it, `met_since` when one of them was first met.
    """

    contacts: tuple[str, ...]
    since: int | None
    met: bool
    met_since: int | None


def coverage(known: Known, asked: Asked, deals: Container[bytes]) -> Mapping[bytes, Mapping[str, Covered]]:
    """The ROLES that are covered in each of the open deals at the instant, by contacts who are in the chain then.

    `known` has the tables of Contacts and Outcomes.
    """
    met = _first_met(known, asked)
    holders: dict[bytes, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    roles, chain = known.table(contact_roles), known.table(contacts)
    same = and_(chain.c.deal == roles.c.deal, chain.c.contact == roles.c.contact)
    found = (
        select(
            roles.c.deal,
            roles.c.role,
            roles.c.contact,
            roles.c.read_at,
            roles.c.precision,
            chain.c.read_at.label("joined"),
            chain.c.precision.label("joined_precision"),
        )
        .select_from(roles.join(chain, same))
        .where(
            roles.c.role.in_(ROLES),
            *_at(roles, asked),
            *_at(chain, asked),
            _not_closed(known, asked, roles.c.deal),
        )
    )
    for row in known.connection.execute(found).all():
        if row.deal in deals:
            holders[row.deal][row.role].append(row)
    return {
        deal: {role: _covered(each, met) for role, each in by_role.items()}
        for deal, by_role in holders.items()
    }


def threads(known: Known, asked: Asked, at: int) -> Mapping[bytes, int]:
    """How many contacts of each deal were touched in the THREADS_DAYS before the instant (`at`, in µs).

    Undated touchpoints are in no days. Deals without any are left out; `known` has the tables of Contacts.
    """
    table = known.table(contact_meetings)
    touched = (
        select(table.c.deal, func.count(table.c.contact.distinct()).label("contacts"))
        .where(
            table.c.read_at <= asked.as_of_micros,
            table.c.read_at > at - THREADS_DAYS * DAY,
            table.c.precision != "unknown",
        )
        .group_by(table.c.deal)
    )
    return {row.deal: row.contacts for row in known.connection.execute(touched).all()}


def _covered(holders: list[Any], met: Mapping[tuple[bytes, str], int | None]) -> Covered:
    since = [
        at
        for row in holders
        for at, precision in [max((row.read_at, row.precision), (row.joined, row.joined_precision))]
        if precision != "unknown"
    ]
    met_since = [met[row.deal, row.contact] for row in holders if (row.deal, row.contact) in met]
    return Covered(
        contacts=tuple(sorted(row.contact for row in holders)),
        since=min(since, default=None),
        met=bool(met_since),
        met_since=min((each for each in met_since if each is not None), default=None),
    )


def _first_met(known: Known, asked: Asked) -> Mapping[tuple[bytes, str], int | None]:
    """When each contact was first met; None where only touchpoints without a date say so."""
    table = known.table(contact_meetings)
    dated = case((table.c.precision != "unknown", table.c.read_at))
    found = (
        select(table.c.deal, table.c.contact, func.min(dated))
        .where(table.c.read_at <= asked.as_of_micros, _not_closed(known, asked, table.c.deal))
        .group_by(table.c.deal, table.c.contact)
    )
    return {(deal, contact): first for deal, contact, first in known.connection.execute(found).all()}


def _not_closed(known: Known, asked: Asked, deal: Column[bytes]) -> ColumnElement[bool]:
    """Whether a deal has no outcome at the instant: of the others, which are most, nothing need be read."""
    closed = known.table(outcomes)
    return deal.not_in(select(closed.c.deal).where(*_at(closed, asked)))


def _at(table: Table, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros
