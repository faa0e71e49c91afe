"""Who delivers what: a delivery that is due is claimed for a while by one process."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Select, exists, insert, select, update

from consumers.jobs.webhooks.messages import message_id
from consumers.jobs.webhooks.sending import CONNECT, READ
from consumers.jobs.webhooks.tables import ATTEMPTS, DELIVERIES, ENDPOINTS, is_row
from engine.clock import from_micros, to_micros

LEASE = timedelta(seconds=CONNECT + READ + 40)
"""How long a claim holds: longer than an attempt takes. A process that was killed loses its claims then."""

IDLE = 0.5
"""Seconds until a process that found nothing due at an endpoint looks again."""

AT_A_LOOK = 100
"""Deliveries that are remembered of a look: to look through a long queue takes as long for one."""

Seen = Mapping[str, Any]


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


class Due:
    """What is due at an endpoint, looked up once for all workers of a process.

    Only the earliest waiting delivery of a deal is ever due: an endpoint gets a deal's events in their order,
    and one that fails holds back the later ones of its deal, not those of others.
    """

    def __init__(self, engine: Engine, endpoint: str) -> None:
        self._engine, self._endpoint = engine, endpoint
        self._lock = Lock()
        self._seen: list[Seen] = []
        self._next_look = monotonic()

    def claim(self, now: datetime) -> Claimed | None:
        """A delivery that is ours from now on, counted as tried once more; None where nothing is due."""
        while (seen := self._next(now)) is not None:
            claimed = _claimed(self._engine, seen, now)
            if claimed is not None:
                return claimed
        return None

    def _next(self, now: datetime) -> Seen | None:
        with self._lock:
            if not self._seen and monotonic() >= self._next_look:
                self._seen = self._look(now)
                if not self._seen:
                    self._next_look = monotonic() + IDLE
            return self._seen.pop() if self._seen else None

    def _look(self, now: datetime) -> list[Seen]:
        with self._engine.connect().execution_options(reading=True) as connection, connection.begin():
            rows = connection.execute(_due(self._endpoint, to_micros(now))).mappings()
            found: list[Seen] = [dict(row) for row in rows]
        # In any order: processes seldom want the same one.
        random.shuffle(found)
        return found


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
        .limit(AT_A_LOOK)
    )


def _claimed(engine: Engine, seen: Seen, now: datetime) -> Claimed | None:
    """The delivery, if nothing has become of it since it was seen, and its endpoint still takes some."""
    columns, micros = DELIVERIES.c, to_micros(now)
    takes_some = exists().where(
        ENDPOINTS.c.name == seen["endpoint"],
        ENDPOINTS.c.disabled_at.is_(None),
        ENDPOINTS.c.paused_until <= micros,
    )
    mine = (
        update(DELIVERIES)
        # Whoever else claimed it meanwhile has made `attempts` another number.
        .where(*is_row(DELIVERIES, seen), columns.state == "waiting", takes_some)
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
            claimed_at=now,
            tries=row.tries,
            attempt=row.attempts,
        )
        connection.execute(insert(ATTEMPTS), {**claimed.key, "attempt": claimed.attempt, "at": micros})
    return claimed
