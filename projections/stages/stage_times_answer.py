"""The shape of the answer about time in stages, as scripts read it."""

from pydantic import Field

from projections.asking.cycle import Spread
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape


class There(Shape):
    """The deals that are in the stage at the instant, and for how long since they last entered it."""

    deals: int
    age_hours: Spread


class StageTime(Shape):
    """One stage. `deals` are those that left it; `visits` is how often they were in it, all together.

    Per deal: `hours` is the sum of its visits without pauses, `last_hours` the last visit alone,
    `paused_hours` the pauses, `visits_per_deal` how often it was there. Deals without a date at one end
    of a visit have no hours; a median of fewer deals than the floor is `too_few`.
    """

    stage: str
    deals: int
    visits: int
    hours: Spread
    last_hours: Spread
    paused_hours: Spread
    visits_per_deal: Spread
    too_few: bool
    there: There


class DealInStage(Shape):
    """A deal in one stage; what has no date is null, and `age_hours` is null unless it is there still."""

    visits: int
    hours: float | None
    last_hours: float | None
    paused_hours: float | None
    left: bool
    age_hours: float | None


class StageTimesDeal(DealBehind):
    """One of the deals behind the figures, by the stages in which it counts."""

    stages: dict[str, DealInStage]


class StageTimesGroup(Shape):
    """The stages of one group in one pipeline, in the order of the pipeline."""

    by: dict[str, str | None]
    pipeline: str
    stages: tuple[StageTime, ...]
    behind: tuple[StageTimesDeal, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class StageTimesAnswer(ReportAnswer):
    """How long deals were in which stage, by group and pipeline; the period bounds when they left it."""

    definition: str = "stages@1"
    groups: tuple[StageTimesGroup, ...]
