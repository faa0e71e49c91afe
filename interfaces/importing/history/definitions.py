"""The pipelines that imported deals live in: those of the store, those of the file, and the templates."""

from datetime import datetime
from typing import NamedTuple

from domain.event import Recorded
from domain.pipeline import Pipeline, evolve_pipeline
from domain.templates.shipped import TEMPLATES
from engine.deals import Deals
from engine.ids import pipeline_id
from engine.pipelines import SYSTEM, TEMPLATE_CHANNEL, template_command, template_pipeline
from engine.timing import ALWAYS


class Since(NamedTuple):
    """A revision and the instant from which it holds."""

    at: datetime
    pipeline: Pipeline


class Definitions:
    """Every revision of the pipelines that are asked for; a template is defined when it is first needed.

    With `checked` nothing is recorded.
    """

    def __init__(self, deals: Deals, *, checked: bool) -> None:
        self._deals = deals
        self._checked = checked
        self._known: dict[str, list[Since]] = {}

    def learn(self, slug: str, story: list[Recorded]) -> None:
        """What is recorded, or about to be, of the pipeline of this slug."""
        revisions: list[Since] = []
        for recorded in story:
            pipeline = evolve_pipeline(revisions[-1].pipeline if revisions else None, recorded)
            revisions.append(Since(recorded.occurred_at, pipeline))
        self._known[slug] = revisions

    def revisions(self, slug: str) -> list[Since]:
        """Every change of the pipeline, in order; none where it is neither defined nor a template."""
        if slug not in self._known:
            self.learn(slug, self._deals.story(pipeline_id(slug)))
            if not self._known[slug] and slug in TEMPLATES:
                self._known[slug] = [Since(ALWAYS, self._from_template(slug))]
        return self._known[slug]

    def in_force(self, slug: str, at: datetime, stage: str | None) -> Pipeline | None:
        """The revision that held at `at`, or the nearest one that has the stage; None where none has."""
        revisions = self.revisions(slug)
        if len(revisions) == 1:
            only = revisions[0].pipeline
            return only if stage is None or only.stage(stage) is not None else None
        before = [since.pipeline for since in revisions if since.at <= at]
        after = [since.pipeline for since in revisions if since.at > at]
        having = (
            each for each in [*reversed(before), *after] if stage is None or each.stage(stage) is not None
        )
        return next(having, None)

    def revision(self, slug: str, number: int) -> Pipeline | None:
        """The revision of that number."""
        found = (
            since.pipeline for since in reversed(self.revisions(slug)) if since.pipeline.revision == number
        )
        return next(found, None)

    def has_stage(self, slug: str, stage: str) -> bool:
        """Whether any revision has the stage."""
        return any(since.pipeline.stage(stage) is not None for since in self.revisions(slug))

    def _from_template(self, slug: str) -> Pipeline:
        template = TEMPLATES[slug]
        if not self._checked:
            self._deals.handle_pipeline(
                slug,
                template,
                by=SYSTEM,
                channel=TEMPLATE_CHANNEL,
                at=ALWAYS,
                command_id=template_command(template),
            )
        return template_pipeline(pipeline_id(slug), template)
