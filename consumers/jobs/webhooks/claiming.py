"""Who delivers what: a delivery is claimed for a while by one process, and settled by the answer it got."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, exists, insert, select, update

from consumers.jobs.webhooks.messages import message_id
from consumers.jobs.webhooks.schedule import next_try, pause
from consumers.jobs.webhooks.sending import CONNECT, READ, Answer
from consumers.jobs.webhooks.tables import ATTEMPTS, DELIVERIES, ENDPOINTS
from engine.clock import from_micros, to_micros

LEASE = timedelta(seconds=CONNECT + READ + 40)
"""How long a claim holds: longer than an attempt takes. A process that was killed loses its claims then."""

CHOICE = 16
"""So many of the deliveries that are due are looked at, and one of them taken: processes seldom meet."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours until the claim ends."""

    endpoint: str
    deal: UUID
    version: int
    body: bytes
    queued_at: datetime
    claimed_at: datetime
    tries: int
    attempt: int

    @property
    def name(self) -> str:
        """The id of its message."""
        return message_id(self.deal, self.version, self.endpoint)

    @property
    def key(self) -> Mapping[str, object]:
        """Its columns in both tables."""
        return {"endpoint": self.endpoint, "deal": self.deal, "version": self.version}


def claim(engine: Engine, endpoint: str, now: datetime, chance: random.Random) -> Claimed | None:
    """A delivery that is due at the endpoint, counted as tried once more; None where there is none.

    Only the earliest waiting delivery of a deal is ever due: an endpoint gets a deal's events in their order,
    and one that fails holds back the later ones of its deal, not those of others.
    """
    with engine.connect().execution_options(reading=True) as connection, connection.begin():
        due = [dict(row) for row in connection.execute(_due(endpoint, to_micros(now))).mappings()]
    chance.shuffle(due)
    # Whoever else claims one meanwhile has made `attempts` another number.
    return next((mine for seen in due if (mine := _claimed(engine, seen, now)) is not None), None)


def settle(engine: Engine, claimed: Claimed, answer: Answer, now: datetime, chance: random.Random) -> None:
    """Record the answer, and with it what becomes of the delivery, unless another process has it by now."""
    took_ms = round(answer.took.total_seconds() * 1_000)
    with engine.connect() as connection, connection.begin():
        connection.execute(
            update(ATTEMPTS)
            .where(*_is(ATTEMPTS, claimed.key), ATTEMPTS.c.attempt == claimed.attempt)
            .values(status=answer.status, error=answer.error, took_ms=took_ms)
        )
        connection.execute(
            update(DELIVERIES)
            .where(*_is(DELIVERIES, claimed.key), DELIVERIES.c.attempts == claimed.attempt)
            .values(claimed_until=0, **_outcome(claimed, answer, now, chance))
        )
        _remember(connection, claimed, answer, now)


def _due(endpoint: str, now: int) -> Select[tuple[Any, ...]]:
    earlier = DELIVERIES.alias()
    is_held_back = exists().where(
        earlier.c.endpoint == DELIVERIES.c.endpoint,
        earlier.c.deal == DELIVERIES.c.deal,
        earlier.c.version < DELIVERIES.c.version,
        earlier.c.state == "waiting",
    )
    columns = DELIVERIES.c.endpoint, DELIVERIES.c.deal, DELIVERIES.c.version, DELIVERIES.c.attempts
    return (
        select(*columns)
        .join(ENDPOINTS, ENDPOINTS.c.name == DELIVERIES.c.endpoint)
        .where(
            DELIVERIES.c.endpoint == endpoint,
            DELIVERIES.c.state == "waiting",
            DELIVERIES.c.due_at <= now,
            DELIVERIES.c.claimed_until <= now,
            ENDPOINTS.c.disabled_at.is_(None),
            ENDPOINTS.c.paused_until <= now,
            ~is_held_back,
        )
        .order_by(DELIVERIES.c.due_at)
        .limit(CHOICE)
    )


def _claimed(engine: Engine, seen: Mapping[str, Any], now: datetime) -> Claimed | None:
    """The delivery, if it is still as it was seen."""
    columns = DELIVERIES.c
    mine = (
        update(DELIVERIES)
        .where(*_is(DELIVERIES, seen), columns.state == "waiting")
        .values(tries=columns.tries + 1, attempts=columns.attempts + 1, claimed_until=to_micros(now + LEASE))
        .returning(columns.body, columns.queued_at, columns.tries, columns.attempts)
    )
    with engine.connect() as connection, connection.begin():
        row = connection.execute(mine).one_or_none()
        if row is None:
            return None
        claimed = Claimed(
            endpoint=seen["endpoint"],
            deal=seen["deal"],
            version=seen["version"],
            body=row.body,
            queued_at=from_micros(row.queued_at),
            tries=row.tries,
            claimed_at=now,
            attempt=row.attempts,
        )
        begun = {**claimed.key, "attempt": claimed.attempt, "at": to_micros(now)}
        connection.execute(insert(ATTEMPTS), begun)
    return claimed


def _outcome(claimed: Claimed, answer: Answer, now: datetime, chance: random.Random) -> Mapping[str, object]:
    """The columns of the delivery after this answer."""
    if answer.took_it:
        return {"state": "delivered", "settled_at": to_micros(now)}
    if answer.is_gone:
        return {"due_at": to_micros(now)}  # it waits until somebody enables the endpoint again
    again = next_try(claimed.tries, claimed.queued_at, now, answer.wish, chance)
    if again is None:
        return {"state": "failed", "settled_at": to_micros(now)}
    return {"due_at": to_micros(again)}


def _remember(connection: Connection, claimed: Claimed, answer: Answer, now: datetime) -> None:
    """What the answer says of the endpoint as a whole."""
    this = ENDPOINTS.c.name == claimed.endpoint
    if answer.is_gone:
        disabled = {"disabled_at": to_micros(now), "disabled_for": "gone"}
        connection.execute(update(ENDPOINTS).where(this, ENDPOINTS.c.disabled_at.is_(None)).values(disabled))
        return
    known = connection.execute(select(ENDPOINTS).where(this).with_for_update()).one()
    if not answer.is_away:
        if known.troubles:
            connection.execute(update(ENDPOINTS).where(this).values(troubles=0, paused_until=0))
        return
    if known.paused_until > to_micros(claimed.claimed_at):
        return  # it was under way when another attempt found the same
    troubles = known.troubles + 1
    until = to_micros(now + pause(troubles, answer.wish))
    connection.execute(update(ENDPOINTS).where(this).values(troubles=troubles, paused_until=until))


def _is(table: Table, values: Mapping[str, object]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in values.items()]
