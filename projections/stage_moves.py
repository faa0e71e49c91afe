"""From stage to stage: what a deal skipped on its way, where it went back, which rules were set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from projections.definitions import Definitions
from projections.periods import Moment
from projections.stays import Stay


@dataclass(frozen=True, slots=True)
class StageMove:
    """A move from one stage of a pipeline to another, by the event of that version.

    `skipped` are the stages that it passed over, in order; `back` says that it went to an earlier one;
    `override` is the rule that was knowingly set aside.
    """

    version: int
    at: Moment
    pipeline: str
    from_stage: str
    to_stage: str
    skipped: tuple[str, ...]
    back: bool
    override: str | None


def stage_moves(stays: Sequence[Stay], definitions: Definitions) -> list[StageMove]:
    """The moves of one deal between the stages of a pipeline, from its visits in reading order.

    The order of the stages is that of the revision that the move was made under; a stage that it does not
    define is neither before nor after the others. What comes after the win is passed over by won deals only.
    """
    return [
        _move(before, after, definitions)
        for before, after in pairwise(stays)
        if before.pipeline == after.pipeline and is_move(before, after)
    ]


def is_move(before: Stay, after: Stay) -> bool:
    """Whether the deal was moved from one visit to the next: a reopening is no move."""
    return before.left_by == "moved" or (before.left_by == after.outcome == "won")


def _move(before: Stay, after: Stay, definitions: Definitions) -> StageMove:
    pipeline, revision = after.pipeline, after.revision
    start = definitions.stages.get((pipeline, revision, before.stage))
    end = definitions.stages.get((pipeline, revision, after.stage))
    between: list[tuple[int, str]] = []
    if start is not None and end is not None and end.place > start.place + 1:
        between = [
            (each.place, stage)
            for stage, each in definitions.of_revision(pipeline, revision).items()
            if start.place < each.place < end.place and (after.outcome == "won" or not each.after_win)
        ]
    return StageMove(
        version=after.version,
        at=after.entered,
        pipeline=pipeline,
        from_stage=before.stage,
        to_stage=after.stage,
        skipped=tuple(stage for _, stage in sorted(between)),
        back=start is not None and end is not None and end.place < start.place,
        override=after.override,
    )
