"""What a report is asked: when, which deals, in which groups and in which currency."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from projections.asking.asked import Asked, Filters
from projections.asking.rates import Base


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a report; what the period bounds is said by each.

    The groups are `by` none, one or two dimensions. The period is [start, end). With `decided`, disqualified
    deals stand beside the lost ones. Amounts are per currency, or converted to `base`. Months, quarters and
    days are those of `zone` (None: the store's). `with_deals` lists the deals behind the figures.
    """

    asked: Asked = field(default_factory=Asked)
    by: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    filters: Filters = field(default_factory=Filters)
    decided: bool = False
    base: Base | None = None
    zone: ZoneInfo | None = None
    with_deals: bool = False
