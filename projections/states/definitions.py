"""How likely a deal in a stage is won, by the pipelines' definitions as they held at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, select

from projections.asking.asked import Asked
from projections.running.views import Views
from projections.states.pipelines import pipeline_stages, pipelines


@dataclass(frozen=True, slots=True)
class DefinedStage:
    """A stage of one revision: its place in the order, and what else it says.

    `rots_after_days` is how long a deal may be idle in it; None: it does not rot.
    """

    place: int
    probability: Decimal | None
    after_win: bool = False
    rots_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """The stages of all revisions, and which revision of each pipeline was in force."""

    stages: Mapping[tuple[str, int, str], DefinedStage]
    in_force: Mapping[str, int]

    def stage(self, pipeline: str, revision: int, stage: str | None) -> DefinedStage | None:
        """A stage by the definition in force, else by the deal's own `revision`."""
        if stage is None:
            return None
        current = self.stages.get((pipeline, self.in_force.get(pipeline, 0), stage))
        return current or self.stages.get((pipeline, revision, stage))

    def weighs(self, pipeline: str) -> bool:
        """Whether any revision of the pipeline gives a stage a probability: others are not weighted at all."""
        return any(
            name == pipeline and each.probability is not None for (name, *_), each in self.stages.items()
        )


def definitions_on(views: Views, connection: Connection, asked: Asked) -> Definitions:
    """The definitions as of the instant, as known at the other."""
    revisions, stages = (views.table_on(connection, table) for table in (pipelines, pipeline_stages))
    held = select(revisions.c.pipeline, revisions.c.revision).where(
        revisions.c.valid_from <= asked.as_of_micros, revisions.c.known_from <= asked.known_micros
    )
    in_force: dict[str, int] = {}
    for pipeline, revision in connection.execute(held):
        in_force[pipeline] = max(revision, in_force.get(pipeline, 0))
    names = ("pipeline", "revision", "stage", "place", "probability", "after_win", "rots_after_days")
    rows = connection.execute(select(*(stages.c[each] for each in names)))
    return Definitions(
        {
            (pipeline, revision, stage): DefinedStage(
                place, None if probability is None else Decimal(repr(probability)), after_win, rots
            )
            for pipeline, revision, stage, place, probability, after_win, rots in rows
        },
        in_force,
    )
