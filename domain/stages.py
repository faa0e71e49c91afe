"""The stages of a pipeline, and what makes a list of them usable."""

from collections.abc import Sequence
from typing import Annotated, Literal
from unicodedata import normalize

from pydantic import Field

from domain.errors import RuleBroken
from domain.values import Code, Labels, Name, Share, Value

Phase = Literal["early", "middle", "late"]
Days = Annotated[int, Field(ge=1)]


class StageTask(Value):
    """Something that is usually done while a deal is in a stage."""

    task: Code
    labels: Labels


class Stage(Value):
    """One stage. Won and lost are outcomes, not stages; a won deal may move on to one that is `after_win`."""

    stage: Code
    labels: Labels
    aliases: tuple[Name, ...] | None = None
    definition: Labels | None = None
    phase: Phase
    probability: Share | None = None
    expected_days: Days | None = None
    rots_after_days: Days | None = None
    exit_criteria: tuple[Code, ...] | None = None
    needs_evidence: bool | None = None
    tasks: tuple[StageTask, ...] | None = None
    kpis: tuple[Labels, ...] | None = None
    may_skip: bool = True
    may_return: bool = True
    after_win: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that this stage may be met under: its slug, its labels, its aliases."""
        labels = (self.labels.en, self.labels.zh_cn or self.labels.en)
        return (self.stage, *labels, *(self.aliases or ()))


class NoStageToStartIn(RuleBroken):
    """A deal could not be opened in this pipeline."""

    def __init__(self, first: str | None) -> None:
        self.first = first
        what = f"its first stage, {first!r}, comes after the win" if first else "it has no stage at all"
        super().__init__(f"No deal could be opened in this pipeline: {what}. Put a stage to start in first.")


class StageNameTaken(RuleBroken):
    """One name leads to two stages."""

    def __init__(self, name: str, stages: tuple[str, str]) -> None:
        self.name, self.stages = name, stages
        where = f"the stages {stages[0]!r} and {stages[1]!r}" if stages[0] != stages[1] else "two stages"
        super().__init__(f"The name {name!r} stands for {where}. Give each stage names of its own.")


class TaskTwice(RuleBroken):
    """A stage lists the same task twice."""

    def __init__(self, stage: str, task: str) -> None:
        self.stage, self.task = stage, task
        super().__init__(f"The stage {stage!r} lists the task {task!r} twice. Leave one of them out.")


class CriterionNotAsked(RuleBroken):
    """A stage waits for an answer that the pipeline never asks for."""

    def __init__(self, stage: str, criterion: str, asked: Sequence[str]) -> None:
        self.stage, self.criterion, self.asked = stage, criterion, tuple(asked)
        super().__init__(
            f"The stage {stage!r} waits for {criterion!r}, and the pipeline asks only for "
            f"{', '.join(asked) or 'nothing'}. Add it to the pipeline's criteria."
        )


def check_stages(stages: Sequence[Stage], criteria: Sequence[str]) -> None:
    """Whether these stages make a pipeline that deals can live in; RuleBroken names what is in the way."""
    _can_be_started_in(stages)
    _each_name_leads_to_one_stage(stages)
    for stage in stages:
        _each_task_stands_once(stage)
        _waits_only_for_what_is_asked(stage, criteria)


def plain_name(name: str) -> str:
    """The name as it is compared: whatever its case, width and surrounding blanks."""
    return normalize("NFKC", name).strip().casefold()


def _can_be_started_in(stages: Sequence[Stage]) -> None:
    if not stages or stages[0].after_win:
        raise NoStageToStartIn(stages[0].stage if stages else None)


def _each_name_leads_to_one_stage(stages: Sequence[Stage]) -> None:
    taken: dict[str, int] = {}
    for place, stage in enumerate(stages):
        for name in stage.names:
            owner = taken.setdefault(plain_name(name), place)
            if owner != place:
                raise StageNameTaken(name, (stages[owner].stage, stage.stage))


def _each_task_stands_once(stage: Stage) -> None:
    tasks = [each.task for each in stage.tasks or ()]
    for task in tasks:
        if tasks.count(task) > 1:
            raise TaskTwice(stage.stage, task)


def _waits_only_for_what_is_asked(stage: Stage, criteria: Sequence[str]) -> None:
    for criterion in stage.exit_criteria or ():
        if criterion not in criteria:
            raise CriterionNotAsked(stage.stage, criterion, criteria)
