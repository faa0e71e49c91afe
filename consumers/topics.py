"""The names of the topics, and which events go where."""

from dataclasses import dataclass

from domain.pipeline import PIPELINE_EVENTS

PARTITIONS = 12
"""Of every topic of events, for ever: the partition of a deal is the hash of its id modulo this."""

FOR_EVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
"""The settings of a topic that keeps all that was ever written to it."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one store; `prefix` keeps several apart on one cluster."""

    prefix: str = ""

    @property
    def deals(self) -> str:
        """What happens to deals, keyed by the deal's id."""
        return f"{self.prefix}deals.events.v1"

    @property
    def pipelines(self) -> str:
        """The definitions of pipelines, keyed by the pipeline's stream."""
        return f"{self.prefix}pipelines.events.v1"

    def dead(self, job: str) -> str:
        """What a job could not read, with where it came from."""
        return f"{self.prefix}deals.dead.v1.{job}"

    def of(self, event_type: str) -> str:
        """Where an event of this type goes."""
        return self.pipelines if event_type in _PIPELINE_TYPES else self.deals


_PIPELINE_TYPES = frozenset(event.__name__ for event in PIPELINE_EVENTS)
