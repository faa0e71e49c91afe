"""The queues and the delivery log, as an operator sees them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, Row, Table, case, func, inspect, select

from consumers.jobs.webhooks.messages import message_id
from consumers.jobs.webhooks.tables import ATTEMPTS, DELIVERIES, ENDPOINTS
from domain.errors import NotFound
from engine.clock import from_micros, to_micros

DeliveryState = Literal["waiting", "delivered", "failed"]
QueueState = Literal["ready", "paused", "gone", "disabled"]


class Attempt(BaseModel):
    """One try; without status and error there is no answer yet, or its process ended before it came."""

    model_config = ConfigDict(frozen=True)

    attempt: int
    at: datetime
    status: int | None
    error: str | None
    took_ms: int | None


class Delivery(BaseModel):
    """An event on its way to an endpoint; `id` is the webhook-id that the receiver sees."""

    model_config = ConfigDict(frozen=True)

    id: str
    endpoint: str
    type: str
    position: int
    state: DeliveryState
    queued_at: datetime
    due_at: datetime | None
    attempts: int
    settled_at: datetime | None


class Queue(BaseModel):
    """How an endpoint does: `gone` by its own word, `disabled` by somebody here, `paused` until it can be reached."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: QueueState
    since: datetime
    waiting: int
    oldest: datetime | None
    failed: int
    delivered: int
    paused_until: datetime | None
    disabled_at: datetime | None


def queues(connection: Connection, now: datetime) -> list[Queue]:
    """Every endpoint that was ever met, with how much waits for it and since when."""
    state = DELIVERIES.c.state
    counted = select(
        DELIVERIES.c.endpoint,
        func.count(case((state == "waiting", 1))).label("waiting"),
        func.count(case((state == "failed", 1))).label("failed"),
        func.count(case((state == "delivered", 1))).label("delivered"),
        func.min(case((state == "waiting", DELIVERIES.c.queued_at))).label("oldest"),
    ).group_by(DELIVERIES.c.endpoint)
    counts = counted.subquery()
    met = (
        select(ENDPOINTS, counts)
        .outerjoin(counts, counts.c.endpoint == ENDPOINTS.c.name)
        .order_by(ENDPOINTS.c.name)
    )
    return [_queue(row, to_micros(now)) for row in connection.execute(met)]


def deliveries(
    connection: Connection, endpoint: str | None, state: DeliveryState | None, limit: int
) -> list[Delivery]:
    """Deliveries, those of the latest events first, of one endpoint or state where these are given.

    NotFound for an endpoint that was never met.
    """
    wanted: list[ColumnElement[bool]] = []
    if endpoint is not None:
        check(connection, endpoint)
        wanted.append(DELIVERIES.c.endpoint == endpoint)
    if state is not None:
        wanted.append(DELIVERIES.c.state == state)
    newest = DELIVERIES.c.position.desc(), DELIVERIES.c.endpoint
    statement = select(DELIVERIES).where(*wanted).order_by(*newest).limit(limit)
    return [_delivery(row) for row in connection.execute(statement)]


def delivery(connection: Connection, name: str) -> tuple[Delivery, Sequence[Attempt]]:
    """A delivery by the id of its message, and all attempts at it. NotFound where there is none."""
    row = connection.execute(select(DELIVERIES).where(*key(DELIVERIES, name))).one_or_none()
    if row is None:
        raise no_delivery(name)
    tried = select(ATTEMPTS).where(*key(ATTEMPTS, name)).order_by(ATTEMPTS.c.attempt)
    attempts = [
        Attempt(
            attempt=each.attempt,
            at=from_micros(each.at),
            status=each.status,
            error=each.error,
            took_ms=each.took_ms,
        )
        for each in connection.execute(tried)
    ]
    return _delivery(row), attempts


def key(table: Table, name: str) -> list[ColumnElement[bool]]:
    """The row that the id of a message means; NotFound for an id that no message could have."""
    deal, version, endpoint = (*name.split(":"), "", "")[:3]
    try:
        return [table.c.endpoint == endpoint, table.c.deal == UUID(deal), table.c.version == int(version)]
    except ValueError:
        raise no_delivery(name) from None


def no_delivery(name: str) -> NotFound:
    """There is none of this id."""
    return NotFound(
        f"There is no delivery {name!r}. `dealtrail consumers webhooks deliveries list` shows their ids."
    )


def check_queues(connection: Connection) -> None:
    """NotFound where the job never ran with this state."""
    if not inspect(connection).has_table(ENDPOINTS.name):
        raise NotFound(
            "The job webhooks never ran with that state: there are no queues. Say with --state where it keeps them."
        )


def check(connection: Connection, endpoint: str) -> None:
    """NotFound for an endpoint that was never met."""
    names = connection.scalars(select(ENDPOINTS.c.name).order_by(ENDPOINTS.c.name)).all()
    if endpoint not in names:
        known = f"Known are: {', '.join(names)}." if names else "None was ever met: run the job first."
        raise NotFound(f"There is no endpoint {endpoint!r}. {known}")


def _queue(row: Row[Any], now: int) -> Queue:
    is_paused = row.paused_until > now
    return Queue(
        name=row.name,
        state=row.disabled_for or ("paused" if is_paused else "ready"),
        since=from_micros(row.since),
        waiting=row.waiting or 0,
        oldest=_time(row.oldest),
        failed=row.failed or 0,
        delivered=row.delivered or 0,
        paused_until=_time(row.paused_until) if is_paused else None,
        disabled_at=_time(row.disabled_at),
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=message_id(row.deal, row.version, row.endpoint),
        endpoint=row.endpoint,
        type=row.type,
        position=row.position,
        state=row.state,
        queued_at=from_micros(row.queued_at),
        due_at=from_micros(row.due_at) if row.state == "waiting" else None,
        attempts=row.attempts,
        settled_at=_time(row.settled_at),
    )


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
