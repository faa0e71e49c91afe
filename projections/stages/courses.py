"""How far a deal came in one pipeline: the stages that it entered and passed, and where it went back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from sqlalchemy import select

from projections.asking.asked import Asked
from projections.asking.dimensions import Case
from projections.closings.outcomes import outcomes
from projections.running.known import Known
from projections.stages.stage_order import NONE, StageOrder
from projections.stages.stays import Stay

Fate = Literal["passed", "lost", "open"]
"""What became of a deal after it entered a stage: it reached a later one or was won, was lost, or neither."""

Place = tuple[str, int]
"""A pipeline and its revision."""


@dataclass(frozen=True, slots=True)
class Course:
    """A deal in one pipeline, with its visits there in reading order.

    `passed` are the stages before any that it entered, by the order that it entered that one under, and of
    a deal that was won here every stage before the win: what was skipped counts as passed. `returned` are
    the stages that it was moved back to, `furthest` is the latest that it was in.
    """

    case: Case
    stays: Sequence[Stay]
    entered: frozenset[str]
    passed: frozenset[str]
    returned: frozenset[str]
    furthest: str | None

    @property
    def reached(self) -> frozenset[str]:
        """The stages that it came to or passed."""
        return self.entered | self.passed


def course(
    case: Case, stays: Sequence[Stay], won_in: Place | None, pipeline: str, order: StageOrder
) -> Course:
    """The course of a deal in that pipeline, from all its visits; `won_in` is where it was won, if it is."""
    here = [stay for stay in stays if stay.pipeline == pipeline]
    passed = [order.earlier.get((stay.revision, stay.stage), NONE) for stay in here]
    if won_in is not None and won_in[0] == pipeline:
        passed.append(order.before_win.get(won_in[1], NONE))
    return Course(
        case=case,
        stays=here,
        entered=frozenset(stay.stage for stay in here),
        passed=NONE.union(*passed),
        returned=frozenset(
            after.stage
            for before, after in pairwise(stays)
            if after.pipeline == pipeline == before.pipeline
            and order.is_later(before.stage, after.stage, after.revision)
            and _is_move(before, after)
        ),
        furthest=_furthest(here, order),
    )


def fate(course: Course, nth: int, order: StageOrder) -> Fate:
    """What became of the deal after its visit number `nth` (from 0).

    A deal that entered a stage after its win is open there until it reaches a later one.
    """
    stay = course.stays[nth]
    if any(order.is_later(each.stage, stay.stage, each.revision) for each in course.stays[nth + 1 :]):
        return "passed"
    if course.case.outcome == "won" and stay.outcome != "won":
        return "passed"
    return "lost" if course.case.outcome == "lost" else "open"


def won_places(known: Known, asked: Asked) -> Mapping[bytes, Place]:
    """Where each deal that is won at the instant was when it was won.

    `known` has the tables of Outcomes, among others.
    """
    table, as_of = known.table(outcomes), asked.as_of_micros
    won = select(table.c.deal, table.c.pipeline, table.c.revision).where(
        table.c.outcome == "won", table.c.read_at <= as_of, table.c.until > as_of
    )
    return {row.deal: (row.pipeline, row.revision) for row in known.connection.execute(won)}


def _furthest(stays: Sequence[Stay], order: StageOrder) -> str | None:
    """The latest stage; each visit is compared by the order that it was entered under."""
    furthest: str | None = None
    for stay in stays:
        if furthest is None or order.is_later(stay.stage, furthest, stay.revision):
            furthest = stay.stage
    return furthest


def _is_move(before: Stay, after: Stay) -> bool:
    """Whether the deal was moved from one visit to the next: a reopening is no move."""
    return before.left_by == "moved" or (before.left_by == after.outcome == "won")
