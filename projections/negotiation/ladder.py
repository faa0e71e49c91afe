"""The negotiation of one deal, step by step, and where it stands; read from the deal's own story."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.deal.reading import standing
from domain.event import Recorded
from projections.negotiation.ladder_answer import Ladder
from projections.negotiation.ladder_end import where_it_stands
from projections.negotiation.ladder_steps import Walk


def ladder(
    deal: UUID,
    events: Sequence[Recorded],
    zone: ZoneInfo,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Ladder:
    """The negotiation up to `as_of`, as far as known at `known_at`; `events` are the deal's, in version order.

    Days are those of `zone`. Before the opening there are no steps.
    """
    lines = [line for line in standing(events, known_at) if as_of is None or line.at <= as_of]
    walk = Walk(zone)
    steps = tuple(step for line in lines if (step := walk.step(line)) is not None)
    return Ladder(
        deal=deal,
        title=walk.title,
        as_of=as_of,
        known_at=known_at,
        timezone=zone.key,
        steps=steps,
        stands=where_it_stands(lines),
    )
