"""Names that people use: of pipelines and stages their labels, of another deal its title and key."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from domain.errors import NotFound
from domain.templates.shipped import TEMPLATES
from domain.values import Labels
from interfaces.cli.formats import Formats

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from domain.pipeline import Pipeline
    from domain.stages import Stage
    from engine.deals import Deals


class Names:
    """What pipelines, their stages and other deals are called, in the reader's language."""

    def __init__(self, deals: "Deals", formats: Formats) -> None:
        self._deals = deals
        self._formats = formats
        self._definitions = cache(self._read)

    def pipeline(self, slug: str) -> str:
        """The name of a pipeline; its slug where it is not defined."""
        known = self._definitions(slug)
        labels = known[0].labels if known else None
        return self._text(labels or (TEMPLATES[slug].labels if slug in TEMPLATES else None), slug)

    def stage(self, pipeline: str, slug: str | None) -> str:
        """The name of a stage, also of one that an earlier revision had; its slug where there is none."""
        if slug is None:
            return "–"
        found = next((stage for stage in self._stages(pipeline) if stage.stage == slug), None)
        return self._text(found.labels if found else None, slug)

    def stage_in_one_of(self, pipelines: Iterable[str], slug: str) -> str:
        """The name of a stage that is in one of several pipelines; its slug where they disagree."""
        told = dict.fromkeys(self.stage(pipeline, slug) for pipeline in pipelines)
        names = [name for name in told if name != slug]
        return names[0] if len(names) == 1 else slug

    def deal(self, name: str) -> str:
        """The title of a deal and its key (its UUID where it has none); `name` where there is no such deal."""
        try:
            life = self._deals.deal(UUID(name)).life
        except (ValueError, NotFound):
            return name
        key = name if life.external is None else f"{life.external.source}:{life.external.key}"
        return self._formats.say("part-of-field", field=life.title, part=key)

    def _stages(self, pipeline: str) -> "Iterator[Stage]":
        for definition in self._definitions(pipeline):
            yield from definition.stages
        if pipeline in TEMPLATES:
            yield from TEMPLATES[pipeline].stages

    def _read(self, slug: str) -> "tuple[Pipeline, ...]":
        """Every revision of the pipeline, the newest first."""
        try:
            newest = self._deals.pipeline(slug)
        except NotFound:
            return ()
        older = range(newest.revision - 1, 0, -1)
        return (newest, *(self._deals.pipeline(slug, revision) for revision in older))

    def _text(self, labels: Labels | None, slug: str) -> str:
        return slug if labels is None else self._formats.text(labels)
