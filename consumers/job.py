"""What a job is: a name, and a function of an event and a transaction."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Engine, MetaData

from consumers.wire import Delivered
from domain.errors import BadInput
from domain.event import Recorded

OnEvent = Callable[[Recorded, Connection], None]
"""Does what an event asks for. What it writes with the connection is recorded together with the fact that
the event was handled; it neither commits nor rolls back. It is called again for an event that failed, and for those
right before it, whose effects are undone with it."""

OnBatch = Callable[[Sequence[Delivered], Connection], None]
"""The same for events that follow each other in one partition."""

OnAssigned = Callable[[Mapping[int, int]], None]
"""Told which partitions fall to this process, each with the offset that it goes on from, before their first event."""

Alongside = Callable[[Engine, Callable[[], bool]], None]
"""Runs beside the job in a thread of its own, with the database of its state, until it is told to stop."""

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done with every event of a deal, once each and in the deal's order.

    `name` is its consumer group and says where it has come to: never change it. Either `on_event` or
    `on_batch` is given. `types` are the names of the events that it wants (none: all); corrections and
    retractions of such events come too. `starts` says where it begins when it runs for the first time.
    `tables` are its own, made in the database of its state. `reads` is the topic of deals or of pipelines.
    `on_assigned` and `alongside` are for jobs whose effect lies outside that database.
    """

    name: str
    on_event: OnEvent | None = None
    on_batch: OnBatch | None = None
    types: frozenset[str] = frozenset()
    starts: Literal["beginning", "end"] = "beginning"
    tables: MetaData | None = None
    reads: Literal["deals", "pipelines"] = "deals"
    on_assigned: OnAssigned | None = None
    alongside: Alongside | None = None

    def __post_init__(self) -> None:
        """BadInput for a name that cannot name a group, or where there is not one function."""
        if NAME.fullmatch(self.name) is None:
            raise BadInput(
                f"{self.name!r} cannot name a job. Use small letters, digits and single hyphens: welcome-mails"
            )
        if (self.on_event is None) == (self.on_batch is None):
            raise BadInput(f"The job {self.name!r} needs on_event or on_batch, and not both.")

    def wants(self, recorded: Recorded) -> bool:
        """Whether the job is about this event, or about the one that it corrects or retracts."""
        return not self.types or not self.types.isdisjoint(concerned(recorded))


def concerned(recorded: Recorded) -> frozenset[str]:
    """The types that an event is about: its own and, of a correction or retraction, the original's and the new one."""
    event = recorded.event
    corrected = getattr(event, "type", None), getattr(getattr(event, "replacement", None), "type", None)
    return frozenset({recorded.type, *(each for each in corrected if each is not None)})
