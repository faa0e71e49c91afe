"""The shape of the answer about retrospectives, as scripts read it."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import Field

from projections.asking.periods import Instant
from projections.asking.report_answer import DealBehind, ReportAnswer, Shape


class Counted(Shape):
    """How often a reason was seen, or an area was learned about, and in how many deals; null: none was named."""

    times: int
    deals: int


class ReasonSeen(Counted):
    """What pushed or blocked."""

    reason: str | None


class AreaLearned(Counted):
    """What lessons were about."""

    area: str | None


class ActionsCounted(Shape):
    """Actions planned: done, still open, and of these overdue at the instant."""

    planned: int
    done: int
    open: int
    overdue: int


class LessonTold(Shape):
    """One lesson, in its own words."""

    deal: UUID
    area: str | None
    text: str


class ActionTold(Shape):
    """One action. It is overdue if its day is over at the instant and it is not done."""

    deal: UUID
    retrospective: str
    action: str
    text: str
    owner: str | None
    due: date | None
    done_at: Instant | None
    overdue: bool


class RetrospectivesGroup(Shape):
    """The retrospectives of one group; lists stand by how often, actions open ones first, by their day."""

    by: Mapping[str, str | None]
    deals: int
    retrospectives: int
    pushed: tuple[ReasonSeen, ...]
    blocked: tuple[ReasonSeen, ...]
    lessons: tuple[AreaLearned, ...]
    actions: ActionsCounted
    lessons_told: tuple[LessonTold, ...]
    actions_told: tuple[ActionTold, ...]
    behind: tuple[DealBehind, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class RetrospectivesAnswer(ReportAnswer):
    """Retrospectives by group; `from` and `to` bound when they were held."""

    definition: str = "retrospectives@1"
    groups: tuple[RetrospectivesGroup, ...]
