"""How far the relay is, and how many stand by; looking changes nothing."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from consumers.kafka_client import administering
from consumers.relay.names import names
from consumers.relay.position import saved_position
from engine.clock import Clock, from_micros
from engine.log import Log
from engine.settings import Settings


class RelayStatus(BaseModel):
    """Where the relay of a store is. `lag_seconds` is how long ago the first event was recorded that waits for it.

    `position` is None where it has not begun, or Kafka has forgotten it; the mark is what the store remembers.
    `relays` is how many processes are there, of which one is at work.
    """

    model_config = ConfigDict(frozen=True)

    topic: str
    position: int | None
    head: int
    lag_events: int
    lag_seconds: float
    relays: int
    mark_position: int | None
    marked_at: datetime | None


def relay_status(log: Log, settings: Settings, clock: Clock) -> RelayStatus:
    """The status of this store's relay; Unavailable where Kafka cannot be asked."""
    known = names(settings, log.info.store_id)
    saved = saved_position(settings, known, settled=False)
    with administering(settings) as admin:
        group = admin.describe_groups([known.leaders])[known.leaders]
    position, head = 0 if saved is None else saved.position, log.head().position
    mark = next(iter(log.relay_marks(1)), None)
    waiting = log.row_at(position + 1)
    lag = 0.0 if waiting is None else (clock() - from_micros(waiting.recorded_at)).total_seconds()
    return RelayStatus(
        topic=known.topics.deals,
        position=None if saved is None else saved.position,
        head=head,
        lag_events=max(0, head - position),
        lag_seconds=max(0.0, round(lag, 3)),
        relays=len(group["members"]),
        mark_position=None if mark is None else mark.position,
        marked_at=None if mark is None else mark.marked_at,
    )
