"""Which stages every revision of a pipeline has, and since when it holds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from domain.deal.reading import known_times
from domain.event import Recorded
from domain.pipeline import PIPELINE_EVENTS, Pipeline, PipelineRetired, evolve_pipeline
from engine.clock import to_micros
from projections.running.projection import Row, Rows, Story

_metadata = MetaData()

pipelines = Table(
    "pipelines",
    _metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("pipeline", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("label_en", String, nullable=False),
    Column("label_zh_cn", String),
    Column("won_en", String),
    Column("won_zh_cn", String),
    Column("lost_en", String),
    Column("lost_zh_cn", String),
    Column("retired_from", BigInteger),
    Column("retired_known_from", BigInteger),
)
"""One row per revision: the one in force at T, known at K, is the highest with valid_from ≤ T and known_from ≤ K.

A definition that holds since always has the valid_from of the first instant of year 1.
The last revision carries when the pipeline was retired.
"""

pipeline_stages = Table(
    "pipeline_stages",
    _metadata,
    Column("stream", LargeBinary(16), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("stage", String, primary_key=True),
    Column("pipeline", String, nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("label_en", String, nullable=False),
    Column("label_zh_cn", String),
    Column("phase", String, nullable=False),
    Column("probability", Float),
    Column("expected_days", Integer),
    Column("rots_after_days", Integer),
    Column("after_win", Boolean, nullable=False),
)
"""One row per stage of a revision; `place` counts from 0 in the order of the pipeline."""


class Pipelines:
    """The revisions of every pipeline. Their streams are short: each is read anew when it grows."""

    name = "pipelines"
    version = 1
    types = frozenset(event.__name__ for event in PIPELINE_EVENTS)
    tables = (pipelines, pipeline_stages)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:  # noqa: ARG002 - one shape for all
        """The rows of a pipeline after `events`."""
        recorded = story(events[-1].position)
        pipeline: Pipeline | None = None
        revisions: list[Row] = []
        stages: list[Row] = []
        for each, known in zip(recorded, known_times(recorded), strict=True):
            pipeline = evolve_pipeline(pipeline, each)
            if isinstance(each.event, PipelineRetired):
                _retire(revisions, each, known)
                continue
            revisions.append(_revision(pipeline, each, known))
            stages.extend(_stages(pipeline, each))
        return {pipelines.name: revisions, pipeline_stages.name: stages}


def _revision(pipeline: Pipeline, recorded: Recorded, known: datetime) -> Row:
    outcomes = pipeline.outcome_labels
    return {
        "stream": recorded.stream_id.bytes,
        "revision": pipeline.revision,
        "pipeline": pipeline.slug,
        "version": recorded.version,
        "valid_from": to_micros(recorded.occurred_at),
        "known_from": to_micros(known),
        "label_en": pipeline.labels.en,
        "label_zh_cn": pipeline.labels.zh_cn,
        "won_en": outcomes.won.en if outcomes else None,
        "won_zh_cn": outcomes.won.zh_cn if outcomes else None,
        "lost_en": outcomes.lost.en if outcomes else None,
        "lost_zh_cn": outcomes.lost.zh_cn if outcomes else None,
        "retired_from": None,
        "retired_known_from": None,
    }


def _stages(pipeline: Pipeline, recorded: Recorded) -> list[Row]:
    return [
        {
            "stream": recorded.stream_id.bytes,
            "revision": pipeline.revision,
            "stage": stage.stage,
            "pipeline": pipeline.slug,
            "place": place,
            "label_en": stage.labels.en,
            "label_zh_cn": stage.labels.zh_cn,
            "phase": stage.phase,
            "probability": stage.probability,
            "expected_days": stage.expected_days,
            "rots_after_days": stage.rots_after_days,
            "after_win": bool(stage.after_win),
        }
        for place, stage in enumerate(pipeline.stages)
    ]


def _retire(revisions: list[Row], recorded: Recorded, known: datetime) -> None:
    # A history that was cut before it was imported may begin with the retirement.
    if revisions:
        revisions[-1] |= {
            "retired_from": to_micros(recorded.occurred_at),
            "retired_known_from": to_micros(known),
        }
