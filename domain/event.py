"""An event, a command, and an event as it was recorded: who, when, and where in the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.values import Code, Name, Text, Value

Precision = Literal["instant", "day", "unknown"]


class Facts(BaseModel):
    """The fields that a command and the event it becomes have in common."""

    # Validators are built when a type is first used: a command line needs few of them.
    model_config = ConfigDict(frozen=True, defer_build=True)


class Explained(Facts):
    """What carries a reason code may carry a free note."""

    reason: Code | None = None
    note: Text | None = None


class Event(Facts):
    """Something that happened. Its class name is its name on disk, for ever."""


class Command(Facts):
    """An order. `becomes` is the event that it is recorded as when nothing speaks against it."""

    model_config = ConfigDict(extra="forbid")
    becomes: ClassVar[type[Event]]


def recorded_as(command: Command, **derived: object) -> Event:
    """The event that `command` becomes: its given fields, and what the decider adds (None adds nothing)."""
    given = {name: getattr(command, name) for name in command.model_fields_set}
    added = {name: value for name, value in derived.items() if value is not None}
    return command.becomes.model_validate({**given, **added})


class Actor(Value):
    """Who did it: a person, an agent, an import or the system, perhaps on somebody's behalf."""

    id: Name
    kind: Literal["human", "agent", "import", "system"] = "human"
    on_behalf_of: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event with its envelope. `position` is 0 and `recorded_at` None until the store has taken it."""

    stream_id: UUID
    version: int
    occurred_at: datetime
    event: Event
    by: Actor
    channel: str
    command_id: str
    precision: Precision = "instant"
    correlation_id: str | None = None
    causation_id: str | None = None
    source_recorded_at: datetime | None = None
    line_key: str | None = None
    position: int = 0
    recorded_at: datetime | None = None

    @property
    def type(self) -> str:
        """The name of the event on disk."""
        return type(self.event).__name__

    @property
    def event_id(self) -> str:
        """The event's name outside its deal: `<stream_id>:<version>`."""
        return f"{self.stream_id}:{self.version}"
