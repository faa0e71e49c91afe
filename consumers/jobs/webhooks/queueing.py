"""Events into the queues of endpoints, in the transaction in which the job takes note of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from consumers.job import OnEvent
from consumers.jobs.webhooks.endpoints import Endpoint
from consumers.jobs.webhooks.messages import body
from consumers.jobs.webhooks.tables import DELIVERIES, ENDPOINTS, KNOWN
from consumers.running.state import once
from domain.event import Recorded
from engine.clock import EPOCH, Clock, to_micros


class Met(NamedTuple):
    """Since when an endpoint is delivered to, and whether it is now."""

    since: int
    disabled: bool


def queue(endpoints: Sequence[Endpoint], clock: Clock) -> OnEvent:
    """Puts an event into the queue of every endpoint that wants it; what is in one is not put there again."""

    def on_event(recorded: Recorded, connection: Connection) -> None:
        KNOWN.remember(connection, recorded)
        wanting = [each for each in endpoints if each.wants(recorded)]
        if not wanting:
            return
        met = registered(connection, wanting, clock())
        recorded_at = to_micros(recorded.recorded_at or EPOCH)
        begun = [
            each for each in wanting if not met[each.name].disabled and recorded_at >= met[each.name].since
        ]
        chosen = _about_its_deal(connection, begun, recorded)
        if not chosen:
            return
        message, now = body(recorded), to_micros(clock())
        rows = [
            {
                "endpoint": each.name,
                "deal": recorded.stream_id,
                "version": recorded.version,
                "position": recorded.position,
                "type": recorded.type,
                "body": message,
                "state": "waiting",
                "queued_at": now,
                "due_at": now,
            }
            for each in chosen
        ]
        connection.execute(once(connection, DELIVERIES), rows)

    return on_event


def registered(connection: Connection, endpoints: Iterable[Endpoint], now: datetime) -> Mapping[str, Met]:
    """What is known of these endpoints; one that was never met begins now, unless it says when."""
    statement = select(ENDPOINTS.c.name, ENDPOINTS.c.since, ENDPOINTS.c.disabled_at)
    met = {row.name: Met(row.since, row.disabled_at is not None) for row in connection.execute(statement)}
    new = {each.name: _since(each, now) for each in endpoints if each.name not in met}
    if not new:
        return met
    rows = [{"name": name, "since": since, "paused_until": 0, "troubles": 0} for name, since in new.items()]
    connection.execute(once(connection, ENDPOINTS), rows)
    return {**met, **{name: Met(since, disabled=False) for name, since in new.items()}}


def _since(endpoint: Endpoint, now: datetime) -> int:
    match endpoint.since:
        case None:
            return to_micros(now)
        case "beginning":
            return 0
        case instant:
            return to_micros(instant)


def _about_its_deal(
    connection: Connection, wanting: Sequence[Endpoint], recorded: Recorded
) -> Sequence[Endpoint]:
    """Those whose labels the deal has, as it was known when the event was recorded."""
    if not any(each.segment for each in wanting):
        return wanting
    deal = KNOWN.known(connection, recorded.stream_id, recorded.version)
    return [
        each for each in wanting if not each.segment or (deal is not None and each.is_about(deal.segment))
    ]
