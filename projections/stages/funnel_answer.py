"""The shape of the funnel answer, as scripts read it."""

from pydantic import Field

from projections.asking.cycle import Spread
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape
from projections.stages.courses import Fate


class Conversion(Shape):
    """Of so many deals: how many reached a later stage or were won, were lost, are in neither case.

    `rate` is the share that passed.
    """

    deals: int
    passed: int
    lost: int
    open: int
    rate: float | None
    too_few: bool


class Conversions(Shape):
    """`cohort`: of the deals that entered the stage in the period; `active`: of those that were in it then."""

    cohort: Conversion
    active: Conversion


class DerivedProbability(Shape):
    """Of `n` decided deals that ever entered the stage, the share won; null where `n` is below the floor."""

    n: int
    won: int
    share: float | None
    too_few: bool


class StageTimes(Shape):
    """Hours that won and lost deals spent in the stage, without pauses.

    `ratio` is the median of the lost ones over that of the won ones; null where either are fewer than the
    floor (`too_few`), or the won ones took no time at all.
    """

    won: Spread
    lost: Spread
    ratio: float | None
    too_few: bool


class FunnelStage(Shape):
    """One stage. `reached` = `won` + `lost` + `open` (+ `disqualified`, if the answer is `decided`).

    `entered` are the deals that were in it, `reached` those that were in it or passed it, `passed` those
    that reached a later stage or were won, `returned` those that were moved back to it; of `furthest` it was
    the latest stage that they were in.
    """

    stage: str
    entered: int
    reached: int
    passed: int
    won: int
    lost: int
    open: int
    disqualified: int
    returned: int
    furthest: int
    conversion: Conversions
    probability: DerivedProbability
    hours: StageTimes


class Slowest(Shape):
    """The stage in which lost deals stayed longest, compared with won ones."""

    stage: str
    ratio: float
    lost: Spread
    won: Spread


class Narrowest(Shape):
    """The stage that the smallest share of the deals that entered it got past."""

    stage: str
    rate: float
    deals: int


class Bottleneck(Shape):
    """Where deals get stuck; null where no stage has deals enough to tell."""

    slowest: Slowest | None
    narrowest: Narrowest | None


class FunnelDeal(DealBehind):
    """One of the deals behind a funnel: the stages in which it counts, in their order.

    `counted`: in the figures of the funnel itself; other deals are only in conversions, and list no stages.
    `cohort` and `active` say by stage what became of it, `furthest` how far it came.
    """

    counted: bool
    entered: tuple[str, ...]
    reached: tuple[str, ...]
    passed: tuple[str, ...]
    returned: tuple[str, ...]
    furthest: str | None
    cohort: dict[str, Fate]
    active: dict[str, Fate]


class FunnelGroup(Shape):
    """The funnel of one group in one pipeline; stages in the order of the pipeline."""

    by: dict[str, str | None]
    pipeline: str
    deals: int
    won: int
    lost: int
    open: int
    disqualified: int
    stages: tuple[FunnelStage, ...]
    bottleneck: Bottleneck
    behind: tuple[FunnelDeal, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class FunnelAnswer(ReportAnswer):
    """How far deals came, by group and pipeline.

    The period bounds the opening of the deals that are counted; in the conversions when a deal entered
    the stage, or was in it.
    """

    definition: str = "funnel@1"
    groups: tuple[FunnelGroup, ...]
