"""The shape of the answer about the pipeline, as scripts read it."""

from pydantic import BaseModel, ConfigDict

from projections.asking.amounts import Amount
from projections.asking.periods import Instant


class Shape(BaseModel):
    """A frozen part of an answer."""

    model_config = ConfigDict(frozen=True)


class StageFigures(Shape):
    """The open deals in one stage; `stage` is null where an import does not know it."""

    pipeline: str
    stage: str | None
    deals: int
    amounts: tuple[Amount, ...]
    weighted: tuple[Amount, ...]


class Ages(Shape):
    """Days from the opening to the instant, rounded to six places; null where no deal has a dated opening."""

    median: float | None
    mean: float | None
    max: float | None


class Open(Shape):
    """All deals that were open at the instant."""

    deals: int
    amounts: tuple[Amount, ...]
    weighted: tuple[Amount, ...]
    age_days: Ages


class Closed(Shape):
    """All deals whose outcome up to the instant is a win, or a loss."""

    deals: int
    amounts: tuple[Amount, ...]


class PipelineAnswer(Shape):
    """The pipeline at an instant, with the position in the log up to which everything is in it.

    A deal without an amount is counted among the deals and adds to no amount. `undated` counts deals
    left out because their opening has no date, `unweighted` open ones with neither a forecast amount
    nor an amount in a stage with a probability; a pipeline without any probability is not weighted at all.
    """

    as_of: Instant
    known_at: Instant | None
    position: int
    stages: tuple[StageFigures, ...]
    open: Open
    won: Closed
    lost: Closed
    undated: int
    unweighted: int
