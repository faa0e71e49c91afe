"""The last sign of life of every deal up to an instant: what last reset its clock."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, select

from projections.asking.asked import Asked
from projections.running.known import Known
from projections.states.as_of import CrossJoin
from projections.touchpoints.activity import activity, lives

Which = Callable[[FromClause], ColumnElement[bool]]
"""A condition on the rows of `activity`."""

RESET = ("version", "type", "read_at", "precision")


def last_activity(known: Known, asked: Asked) -> Mapping[bytes, Row[Any]]:
    """What last reset the clock of each deal: the RESET columns of its row of `activity`, after the deal.

    Those of the deals that were opened by the instant; `known` has the tables of Activity.
    """
    return last_signs(known, asked, RESET, lambda signs: signs.c.resets)


def last_signs(
    known: Known,
    asked: Asked,
    names: Sequence[str],
    which: Which | None = None,
    *,
    only_moved_on: bool = False,
) -> Mapping[bytes, Row[Any]]:
    """The deal and these columns of its last row of `activity` in reading order, of those that `which` chooses.

    None: of all. `only_moved_on`: only of deals of which more was read after the instant.
    """
    deals, signs = known.table(lives), known.table(activity)
    last = signs.alias("last")
    chosen = () if which is None else (which(last),)
    later = (deals.c.read_to > asked.as_of_micros,) if only_moved_on else ()
    version = (
        select(last.c.version)
        .where(last.c.deal == deals.c.deal, last.c.read_at <= asked.as_of_micros, *chosen)
        .order_by(last.c.read_at.desc(), last.c.version.desc())
        .limit(1)
        .correlate(deals)
        .scalar_subquery()
    )
    joined = CrossJoin(deals, signs)
    found = select(signs.c.deal, *(signs.c[name] for name in names)).select_from(joined)
    stand = (signs.c.deal == deals.c.deal, signs.c.version == version, *later)
    return {row[0]: row for row in known.connection.execute(found.where(*stand)).all()}
