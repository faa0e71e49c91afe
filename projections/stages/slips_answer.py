"""The shape of the answer about pushes and slips, as scripts read it."""

from datetime import date
from uuid import UUID

from pydantic import Field

from projections.asking.cycle import Spread
from projections.asking.periods import Instant
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape


class Pushed(Shape):
    """Moves of the expected close to a later day in the period: how many, of how many deals, how far.

    `months` and `quarters` are the ends of months and quarters that they crossed, all together.
    """

    pushes: int
    deals: int
    days: Spread
    months: int
    quarters: int


class Slip(Shape):
    """Of the deals `expected` to close in the period when it began: what became of them.

    `expected` = `won` + `lost` + `slipped` + `pending`; `pending` may still close in a period that is not over.
    `rate` is the share that slipped.
    """

    expected: int
    won: int
    lost: int
    slipped: int
    pending: int
    rate: float | None
    too_few: bool


class PushTold(Shape):
    """One push of a deal, by the event of that version."""

    version: int
    at: Instant | None
    before: date
    after: date
    days: int
    months: int
    quarters: int


class SlipsDeal(DealBehind):
    """One of the deals behind the figures: its pushes in the period, and what became of it if it was expected.

    `expected` is null where it was not; `became` is `won`, `lost`, `slipped` or `pending`.
    """

    pushes: tuple[PushTold, ...]
    expected: date | None
    forecast: str | None
    became: str | None


class SlipsGroup(Shape):
    """The figures of one group.

    `slip` is of deals forecast as commit or best case, `slip_any` of all that were expected to close in the
    period; both null without a period that begins and ends.
    """

    by: dict[str, str | None]
    deals: int
    pushed: Pushed
    slip: Slip | None
    slip_any: Slip | None
    behind: tuple[SlipsDeal, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class MostPushed(Shape):
    """A deal that was pushed, the first day that it was moved from in the period and the last it was moved to."""

    deal: UUID
    title: str
    owner: str | None
    outcome: str
    pushes: int
    days: int
    first: date
    last: date


class SlipsAnswer(ReportAnswer):
    """How often closes are put off, by group; the period bounds the pushes and the expected closes.

    `most_pushed` are up to ten deals of all groups, most pushes first, then most days.
    """

    definition: str = "slips@1"
    most_pushed: tuple[MostPushed, ...]
    groups: tuple[SlipsGroup, ...]
