"""A pipeline out of its events: as it is now, as of a revision or an instant, or as its template says."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.event import Actor, Recorded
from domain.pipeline import DefinePipeline, Pipeline, decide_pipeline, evolve_pipeline
from engine.timing import ALWAYS

SYSTEM = Actor(id="dealtrail", kind="system")
"""Who defines a template when the first deal is opened in it."""

TEMPLATE_CHANNEL = "rule:template"


def fold_pipeline(
    story: Sequence[Recorded], *, revision: int | None = None, at: datetime | None = None
) -> Pipeline | None:
    """The pipeline after its events, up to a revision or an instant, but at least its definition."""
    pipeline: Pipeline | None = None
    for recorded in story:
        following = evolve_pipeline(pipeline, recorded)
        too_new = revision is not None and following.revision > revision
        too_late = at is not None and recorded.occurred_at > at
        if pipeline is not None and (too_new or too_late):
            break
        pipeline = following
    return pipeline


def template_pipeline(stream_id: UUID, template: DefinePipeline) -> Pipeline:
    """What the pipeline will be once this template is defined: since always, by the system."""
    (defined,) = decide_pipeline(template, None)
    recorded = Recorded(
        stream_id=stream_id,
        version=1,
        occurred_at=ALWAYS,
        event=defined,
        by=SYSTEM,
        channel=TEMPLATE_CHANNEL,
        command_id=template_command(template),
    )
    return evolve_pipeline(None, recorded)


def template_command(template: DefinePipeline) -> str:
    """The id of the command that defines a template: whoever comes second gets the first answer."""
    return f"template:{template.pipeline}"
