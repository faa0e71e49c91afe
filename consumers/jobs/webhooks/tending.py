"""What an operator changes in the queues: deliver again, enable, disable; and what is too old for the log."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, update

from consumers.jobs.webhooks.log import check, key, no_delivery
from consumers.jobs.webhooks.tables import ATTEMPTS, DELIVERIES, ENDPOINTS
from engine.clock import to_micros


def redeliver(connection: Connection, name: str, now: datetime) -> None:
    """Send a message again, now and with all its tries before it; NotFound where there is none of this id.

    It goes out under the same id, and as long as it waits it holds back the later events of its deal.
    """
    if _again(connection, now, *key(DELIVERIES, name)) == 0:
        raise no_delivery(name)


def redeliver_failed(connection: Connection, endpoint: str, now: datetime) -> int:
    """Send everything again that was given up at the endpoint; how much that is."""
    check(connection, endpoint)
    return _again(connection, now, DELIVERIES.c.endpoint == endpoint, DELIVERIES.c.state == "failed")


def redeliver_since(connection: Connection, endpoint: str, since: datetime, now: datetime) -> int:
    """Send everything again that was queued for the endpoint since then, delivered or not; how much that is."""
    check(connection, endpoint)
    return _again(
        connection, now, DELIVERIES.c.endpoint == endpoint, DELIVERIES.c.queued_at >= to_micros(since)
    )


def enable(connection: Connection, endpoint: str) -> None:
    """Deliver to the endpoint from now on, what waited first."""
    check(connection, endpoint)
    values = {"disabled_at": None, "disabled_for": None, "paused_until": 0, "troubles": 0}
    connection.execute(update(ENDPOINTS).where(ENDPOINTS.c.name == endpoint).values(values))


def disable(connection: Connection, endpoint: str, now: datetime) -> None:
    """Neither queue nor deliver anything for the endpoint until it is enabled; what waits, waits."""
    check(connection, endpoint)
    values = {"disabled_at": to_micros(now), "disabled_for": "disabled"}
    connection.execute(update(ENDPOINTS).where(ENDPOINTS.c.name == endpoint).values(values))


def forget(connection: Connection, before: datetime) -> None:
    """Take out of the log what was settled before then; what waits stays."""
    is_old = DELIVERIES.c.settled_at < to_micros(before)
    of_it = (
        ATTEMPTS.c.endpoint == DELIVERIES.c.endpoint,
        ATTEMPTS.c.deal == DELIVERIES.c.deal,
        ATTEMPTS.c.version == DELIVERIES.c.version,
    )
    connection.execute(delete(ATTEMPTS).where(exists().where(*of_it, is_old)))
    connection.execute(delete(DELIVERIES).where(is_old))


def _again(connection: Connection, now: datetime, *wanted: ColumnElement[bool]) -> int:
    values = {
        "state": "waiting",
        "queued_at": to_micros(now),
        "due_at": to_micros(now),
        "tries": 0,
        "settled_at": None,
    }
    return connection.execute(update(DELIVERIES).where(*wanted).values(values)).rowcount
