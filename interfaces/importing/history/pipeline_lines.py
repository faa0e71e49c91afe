"""What the gathered lines of one pipeline add to what the store has of it."""

from collections.abc import Sequence
from datetime import datetime

from domain.errors import NotFound, Refused
from domain.event import Actor, Event, Recorded
from domain.pipeline import (
    DefinePipeline,
    Pipeline,
    PipelineDefined,
    PipelineRevised,
    RetirePipeline,
    RevisePipeline,
    decide_pipeline,
    evolve_pipeline,
)
from engine.ids import pipeline_id
from engine.mapper import ready_entries
from engine.pipelines import fold_pipeline
from engine.timing import ALWAYS
from interfaces.importing.history.identity import Identities, Met, News, dumped
from interfaces.importing.history.lines import Line, Owner, actor
from interfaces.importing.history.planning import Plan, Run
from interfaces.importing.history.wording import LineRefused
from interfaces.importing.recording import own_command_id

CHANNEL = "import:history"
_IMPORT = Actor(id="history", kind="import")


def plan_pipeline(owner: Owner, lines: Sequence[Line], story: Sequence[Recorded], run: Run) -> Plan:
    """What `lines` (in the order in which they are recorded) add; a definition that is there already adds nothing.

    A line without a time holds since always. The run's definitions learn what the pipeline is then.
    """
    plan = Plan()
    stream_id = pipeline_id(owner.key)
    identities = Identities(story, lines, ALWAYS)
    pipeline = fold_pipeline(story)
    events: list[Recorded] = []
    for line in lines:
        try:
            met = identities.met(line)
            event = None if isinstance(met, Met) else _decided(owner, met, pipeline)
        except LineRefused as refused:
            plan.refuse(line, refused.column, refused.value, refused.reason)
            continue
        except (Refused, NotFound) as refused:
            plan.refuse(line, None, None, str(refused))
            continue
        if event is None or isinstance(met, Met):
            plan.unchanged += 1
            continue
        version = len(story) + len(events) + 1
        known = line.source_recorded_at
        recorded = Recorded(
            stream_id=stream_id,
            version=version,
            occurred_at=met.at,
            event=event,
            by=actor(line.by) if line.by else run.by or _IMPORT,
            channel=CHANNEL,
            command_id=own_command_id(f"{stream_id}:{version}"),
            precision="day" if line.precision == "day" else "instant",
            source_recorded_at=None if known is None else datetime.fromisoformat(known),
            line_key=met.key,
        )
        pipeline = evolve_pipeline(pipeline, recorded)
        events.append(recorded)
    plan.entries = ready_entries(events)
    run.definitions.learn(owner.key, [*story, *events])
    return plan


def _decided(owner: Owner, news: News, pipeline: Pipeline | None) -> Event | None:
    event = news.event
    if news.replaces is not None:
        raise LineRefused(
            "data", None, "a definition is not corrected; tell what changed in a PipelineRevised line"
        )
    if isinstance(event, PipelineDefined):
        if event.pipeline != owner.key:
            raise LineRefused(
                "data.pipeline", event.pipeline, f"the line is about the pipeline {owner.key!r}"
            )
        events = decide_pipeline(DefinePipeline.model_validate(dumped(event)), pipeline)
    elif isinstance(event, PipelineRevised):
        events = decide_pipeline(RevisePipeline.model_validate(dumped(event)), pipeline)
    else:
        events = decide_pipeline(RetirePipeline.model_validate(dumped(event)), pipeline)
    return next(iter(events), None)
