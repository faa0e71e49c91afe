"""What becomes of a delivery, and of its endpoint, by the answer that it got."""

import random
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, select, update

from consumers.jobs.webhooks.claiming import Claimed
from consumers.jobs.webhooks.schedule import next_try, pause
from consumers.jobs.webhooks.sending import Answer
from consumers.jobs.webhooks.tables import ATTEMPTS, DELIVERIES, ENDPOINTS, is_row
from engine.clock import to_micros


def settle(engine: Engine, claimed: Claimed, answer: Answer, now: datetime, chance: random.Random) -> None:
    """Record the answer, and with it what becomes of the delivery, unless another process has it by now."""
    took_ms = round(answer.took.total_seconds() * 1_000)
    with engine.connect() as connection, connection.begin():
        connection.execute(
            update(ATTEMPTS)
            .where(*is_row(ATTEMPTS, claimed.key), ATTEMPTS.c.attempt == claimed.attempt)
            .values(status=answer.status, error=answer.error, took_ms=took_ms)
        )
        connection.execute(
            update(DELIVERIES)
            .where(*is_row(DELIVERIES, claimed.key), DELIVERIES.c.attempts == claimed.attempt)
            .values(claimed_until=0, **_outcome(claimed, answer, now, chance))
        )
        _remember(connection, claimed, answer, now)


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
    if not answer.is_away:
        back = {"troubles": 0, "paused_until": 0}
        connection.execute(update(ENDPOINTS).where(this, ENDPOINTS.c.troubles > 0).values(back))
        return
    known = connection.execute(select(ENDPOINTS).where(this).with_for_update()).one()
    if known.paused_until > to_micros(claimed.claimed_at):
        return  # it was under way when another attempt found the same
    troubles = known.troubles + 1
    until = to_micros(now + pause(troubles, answer.wish))
    connection.execute(update(ENDPOINTS).where(this).values(troubles=troubles, paused_until=until))
