"""Which won deals follow another one: bought again, or referred and by whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from projections.asking.asked import Asked
from projections.asking.dimensions import Case
from projections.running.known import Known
from projections.running.views import Views
from projections.states.as_of import states_on
from projections.touchpoints.credit import deal_follows

REFERRAL = "referral"


@dataclass(frozen=True, slots=True)
class Following:
    """How a deal follows another; `referrer` is who referred it, None where somebody bought again."""

    referrer: str | None


def followings(known: Known, views: Views, asked: Asked, cases: Iterable[Case]) -> Mapping[bytes, Following]:
    """What is said at the instant of each won case that follows another deal.

    The referrer is the account of the other deal, else its title; its name as it was told where it is not
    known. `known` has the tables of Credits.
    """
    table = known.table(deal_follows)
    holds = (table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros)
    said = {row.deal: row for row in known.connection.execute(select(table).where(*holds))}
    won = {case.deal: said[case.deal] for case in cases if case.outcome == "won" and case.deal in said}
    if not won:
        return {}
    names = _names(known, views, asked) if any(row.kind == REFERRAL for row in won.values()) else {}
    return {
        deal: Following(names.get(row.follows, row.follows) if row.kind == REFERRAL else None)
        for deal, row in won.items()
    }


def _names(known: Known, views: Views, asked: Asked) -> Mapping[str, str]:
    """What the customers of all deals are called, by the deals' ids and by SOURCE:KEY."""
    states = states_on(views, known.connection)
    state = states.states.c
    columns = (
        state.deal,
        state.account_name,
        state.account,
        state.title,
        states.deals.c.source,
        states.deals.c.key,
    )
    names = {}
    for row in known.connection.execute(states.standing(asked).with_only_columns(*columns)):
        name = row.account or row.account_name or row.title
        names[str(UUID(bytes=row.deal))] = name
        if row.key is not None:
            names[f"{row.source}:{row.key}"] = name
    return names
