"""What the words of a stage column mean: a stage of a pipeline, won, or lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from domain.errors import BadInput, NotFound, RuleBroken
from domain.event import Actor
from domain.pipeline import DefinePipeline, Pipeline
from domain.stages import Phase, Stage, plain_name
from domain.templates.shipped import TEMPLATES
from domain.values import Labels
from engine.deals import Deals
from engine.ids import pipeline_id
from engine.pipelines import SYSTEM, TEMPLATE_CHANNEL, template_command, template_pipeline
from engine.timing import ALWAYS
from interfaces.importing.table.mapping import Lost, StageWords, Won
from interfaces.importing.table.mapping_file import did_you_mean
from interfaces.importing.table.slugs import slug


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word says of a deal: how it stands and, while it is open, in which stage."""

    standing: Literal["open", "won", "lost"]
    stage: str | None = None
    outcome: Won | Lost | None = None


class StageNames:
    """The words of one file, under the pipeline as it is defined, or will be by this import."""

    def __init__(self, words: StageWords, deals: Deals) -> None:
        """BadInput where there is no such pipeline, or it lacks a stage that the mapping names."""
        outcomes: tuple[Won | Lost, ...] = (*words.won, *words.lost)
        self._words = [word for outcome in outcomes for word in outcome.value]
        self.pipeline, self.definition = _pipeline(words, deals)
        for name in words.stages or ():
            self._stage(name)
        self.entered: Mapping[str, str] = {
            self._stage(name): column for name, column in words.entered.items()
        }
        self._outcomes = {
            plain_name(word): Meaning("won" if isinstance(outcome, Won) else "lost", None, outcome)
            for outcome in outcomes
            for word in outcome.value
        }

    def meaning(self, word: str) -> Meaning | None:
        """What `word` says, whatever its case and width; None where the mapping does not know it."""
        known = self._outcomes.get(plain_name(word))
        if known is not None:
            return known
        stage = self.pipeline.find(word)
        return Meaning("open", stage.stage) if stage else None

    def unknown(self, word: str) -> str:
        """Why a word is refused, with those that there are."""
        return f"This is no stage of the pipeline {self.pipeline.slug!r}, and not won or lost. {self._known(word)}"

    def define(self, deals: Deals, by: Actor, channel: str, *, checked: bool) -> int:
        """Define the pipeline, since always, if it is not yet there; how many events that takes.

        Checked: only count.
        """
        if self.definition is None:
            return 0
        if checked:
            self.definition = None
            return 1
        ships = self.pipeline.slug in TEMPLATES
        recorded = deals.handle_pipeline(
            self.pipeline.slug,
            self.definition,
            by=SYSTEM if ships else by,
            channel=TEMPLATE_CHANNEL if ships else channel,
            at=ALWAYS,
            command_id=template_command(self.definition) if ships else None,
        )
        self.definition = None
        return len(recorded)

    def _stage(self, name: str) -> str:
        stage = self.pipeline.find(name)
        if stage is None:
            raise BadInput(
                f"The mapping names the stage {name!r}, and the pipeline {self.pipeline.slug!r} has none of "
                f"that name. {self._known(name)} Add it with `dealtrail stages revise`, or name another "
                "pipeline."
            )
        return stage.stage

    def _known(self, word: str) -> str:
        return did_you_mean(word, [*(stage.labels.en for stage in self.pipeline.stages), *self._words])


def _pipeline(words: StageWords, deals: Deals) -> tuple[Pipeline, DefinePipeline | None]:
    try:
        return deals.pipeline(words.pipeline), None
    except NotFound:
        definition = TEMPLATES.get(words.pipeline) or _definition(words)
    if definition is None:
        raise BadInput(
            f'There is no pipeline {words.pipeline!r}. List its stages in the mapping (stages = ["…", …]), '
            f"or use one of {', '.join(TEMPLATES)}."
        )
    try:
        return template_pipeline(pipeline_id(words.pipeline), definition), definition
    except RuleBroken as error:
        raise BadInput(f"The stages of the mapping make no pipeline: {error}") from None


def _definition(words: StageWords) -> DefinePipeline | None:
    if words.stages is None:
        return None
    stages = tuple(
        Stage(stage=slug(label), labels=Labels(en=label), phase=_phase(place, words.stages))
        for place, label in enumerate(words.stages)
    )
    return DefinePipeline(pipeline=words.pipeline, labels=Labels(en=words.pipeline), stages=stages)


def _phase(place: int, stages: Sequence[str]) -> Phase:
    thirds: tuple[Phase, Phase, Phase] = ("early", "middle", "late")
    return thirds[place * 3 // len(stages)]
