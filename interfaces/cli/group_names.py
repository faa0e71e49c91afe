"""What groupings and their groups are called."""

from interfaces.cli.naming import Names
from interfaces.cli.session import Session

LISTS = {"lead-source": "lead_source", "reason": "reason", "kind": "loss_kind"}
"""Groupings whose values are codes of a list."""


def grouping(session: Session, name: str) -> str:
    """What a grouping is called: `segment.region` is the label's own name."""
    return name.removeprefix("segment.") if name.startswith("segment.") else session.say(f"by-{name}")


def value(session: Session, name: str, value: str | None) -> str:
    """What a group is called."""
    if value is None:
        return session.say("without")
    if name == "pipeline":
        return Names(session.deals, session.formats).pipeline(value)
    if name == "stage-at-close":
        from projections.states.pipeline_slugs import pipeline_slugs

        pipelines = pipeline_slugs(session.views)
        return Names(session.deals, session.formats).stage_in_one_of(pipelines, value)
    return session.formats.label(LISTS[name], value) if name in LISTS else value
