"""The next touchpoint that was held after each time that a lead was accepted."""

from collections.abc import Mapping

from sqlalchemy import and_, or_, select

from projections.asking.asked import Asked
from projections.asking.periods import Moment
from projections.running.known import Known
from projections.stages.milestones import milestones
from projections.states.as_of import CrossJoin
from projections.touchpoints.touchpoints import touchpoints


def next_held(known: Known, asked: Asked) -> Mapping[tuple[bytes, int], Moment]:
    """By the deal and version of an acceptance up to the instant: when the next touchpoint is read by then.

    `known` has the tables of Touchpoints and Milestones.
    """
    accepted, held = known.table(milestones), known.table(touchpoints)
    later = held.alias("later")
    after = or_(
        later.c.read_at > accepted.c.read_at,
        and_(later.c.read_at == accepted.c.read_at, later.c.version > accepted.c.version),
    )
    version = (
        select(later.c.version)
        .where(
            later.c.deal == accepted.c.deal,
            # Said twice, because an index helps with this and not with what comes after it.
            later.c.read_at >= accepted.c.read_at,
            after,
            later.c.read_at <= asked.as_of_micros,
            later.c.act == "held",
        )
        .order_by(later.c.read_at, later.c.version)
        .limit(1)
        .correlate(accepted)
        .scalar_subquery()
    )
    found = (
        select(accepted.c.deal, accepted.c.version, held.c.read_at, held.c.precision)
        .select_from(CrossJoin(accepted, held))
        .where(
            accepted.c.kind == "accepted",
            accepted.c.read_at <= asked.as_of_micros,
            held.c.deal == accepted.c.deal,
            held.c.version == version,
        )
    )
    return {(deal, of): Moment(at, exactly) for deal, of, at, exactly in known.connection.execute(found)}
