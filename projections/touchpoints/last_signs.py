"""The last sign of life of every deal up to an instant: what last reset its clock."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, select

from projections.asking.asked import Asked
from projections.running.known import Known
from projections.states.as_of import CrossJoin
from projections.touchpoints.activity import activity, lives

Which = Callable[[FromClause], ColumnElement[bool]]
"""A condition on the rows of `activity`."""


def last_activity(known: Known, asked: Asked) -> Mapping[bytes, Row[Any]]:
    """The row of `activity` that last reset the clock of each deal: its version, type, read_at and precision.

    Those of the deals that were opened by the instant; `known` has the tables of Activity.
    """
    return last_signs(known, asked, lambda signs: signs.c.resets)


def last_signs(known: Known, asked: Asked, which: Which | None = None) -> Mapping[bytes, Row[Any]]:
    """The last row of `activity` in reading order, of those that `which` chooses (None: all)."""
    deals, signs = known.table(lives), known.table(activity)
    last = signs.alias("last")
    chosen = () if which is None else (which(last),)
    version = (
        select(last.c.version)
        .where(last.c.deal == deals.c.deal, last.c.read_at <= asked.as_of_micros, *chosen)
        .order_by(last.c.read_at.desc(), last.c.version.desc())
        .limit(1)
        .correlate(deals)
        .scalar_subquery()
    )
    joined = CrossJoin(deals, signs)
    found = select(signs).select_from(joined).where(signs.c.deal == deals.c.deal, signs.c.version == version)
    return {row.deal: row for row in known.connection.execute(found)}
