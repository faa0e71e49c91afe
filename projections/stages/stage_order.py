"""In which order the stages of a pipeline stand, in each of its revisions and in an answer about all of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from projections.states.definitions import DefinedStage, Definitions

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StageOrder:
    """The stages of every revision of one pipeline in their order; `in_force` is 0 where none is."""

    in_force: int
    revisions: Mapping[int, Mapping[str, DefinedStage]]
    earlier: Mapping[tuple[int, str], frozenset[str]]
    """The stages that stand before that of a revision; those after the win too."""
    before_win: Mapping[int, frozenset[str]]

    def is_later(self, stage: str, than: str, revision: int) -> bool:
        """Whether a stage stands after another; not so where the revision lacks one of them."""
        return than in self.earlier.get((revision, stage), NONE)

    def follows_win(self, stage: str) -> bool:
        """Whether only won deals move to the stage, by the last revision that has it."""
        having = [revision for revision, stages in self.revisions.items() if stage in stages]
        return bool(having) and stage not in self.before_win[max(having)]

    def shown(self, visited: Collection[str]) -> list[str]:
        """The stages in force, and behind its old neighbour each of the `visited` that is no longer among them.

        A stage that no revision defines comes last.
        """
        order = list(self.revisions.get(self.in_force, ()))
        for revision in sorted(self.revisions, reverse=True):
            stages = list(self.revisions[revision])
            for place, stage in enumerate(stages):
                if stage in visited and stage not in order:
                    order.insert(_behind(stages[:place], order), stage)
        return [*order, *sorted(each for each in visited if each not in order)]


def stage_order(definitions: Definitions, pipeline: str) -> StageOrder:
    """The order of the stages of that pipeline."""
    unsorted: dict[int, dict[str, DefinedStage]] = {}
    for (name, revision, stage), defined in definitions.stages.items():
        if name == pipeline:
            unsorted.setdefault(revision, {})[stage] = defined
    revisions = {
        revision: dict(sorted(stages.items(), key=lambda item: item[1].place))
        for revision, stages in unsorted.items()
    }
    return StageOrder(
        in_force=definitions.in_force.get(pipeline, 0),
        revisions=revisions,
        earlier={
            (revision, stage): frozenset(list(stages)[:place])
            for revision, stages in revisions.items()
            for place, stage in enumerate(stages)
        },
        before_win={
            revision: frozenset(stage for stage, each in stages.items() if not each.after_win)
            for revision, stages in revisions.items()
        },
    )


def _behind(before: Sequence[str], order: Sequence[str]) -> int:
    """Where a stage belongs that stood behind these: after the last of them that is there."""
    return next((order.index(each) + 1 for each in reversed(before) if each in order), 0)
