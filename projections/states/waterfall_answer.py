"""The shape of the waterfall between two instants, as scripts read it."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from projections.asking.periods import Instant
from projections.asking.report_answer import InBase

BUCKETS = (
    "restated",
    "new",
    "undated",
    "reopened",
    "transferred-in",
    "converted-in",
    "pulled-in",
    "slipped-in",
    "increased",
    "decreased",
    "won",
    "lost",
    "removed",
    "transferred-out",
    "converted-out",
    "pushed-out",
    "pulled-out",
)
"""In the order in which they are listed."""


class Shape(BaseModel):
    """A frozen part of an answer; its fields are written under their names for scripts."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True, validate_by_name=True)


class Move(Shape):
    """What one event of a deal (net and restated: the whole deal) adds to a bucket."""

    deal: UUID
    title: str
    at: Instant | None
    version: int | None
    type: str | None
    amount: str


class Bucket(Shape):
    """One reason why the pipeline is another; `amount` is signed, `deals` counts also those that add nothing."""

    bucket: str
    amount: str
    deals: int
    behind: tuple[Move, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class CurrencyChanges(Shape):
    """From `start` to `end` in one currency: `balanced` says that start + buckets = end.

    With a single bucket asked for, `balanced` is still about all. `by` is there in groups only.
    """

    currency: str | None
    by: dict[str, str | None] | None = Field(default=None, exclude_if=lambda by: by is None)
    start: str
    end: str
    balanced: bool
    buckets: tuple[Bucket, ...]


class Closing(Shape):
    """The days, half-open, that a deal had to be expected to close in."""

    from_: date = Field(alias="from")
    to: date


class ChangesAnswer(Shape):
    """How the open pipeline of one instant became that of another."""

    from_: Instant = Field(alias="from")
    to: Instant
    known_at: Instant | None
    closing: Closing | None
    net: bool
    as_reported: bool
    base: InBase | None
    currencies: tuple[CurrencyChanges, ...]
