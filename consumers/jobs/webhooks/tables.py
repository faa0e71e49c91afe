"""The tables of the job, in the database of its state: endpoints, deliveries, and the attempts at them."""

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)

from consumers.jobs.known_deals import KnownDeals

TABLES = MetaData()

KNOWN = KnownDeals(TABLES, "webhooks")
"""The labels of deals, by which endpoints choose."""

ENDPOINTS = Table(
    "webhooks_endpoints",
    TABLES,
    Column("name", String, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("disabled_for", String),
    Column("paused_until", BigInteger, nullable=False, default=0),
    Column("troubles", Integer, nullable=False, default=0),
)
"""What is known of an endpoint besides its configuration. Times are microseconds since 1970 everywhere.

Events recorded before `since` are not for it. `troubles` counts how often in a row it could not be reached.
"""

DELIVERIES = Table(
    "webhooks_deliveries",
    TABLES,
    Column("endpoint", String, primary_key=True),
    Column("deal", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("queued_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_until", BigInteger, nullable=False, default=0),
    Column("settled_at", BigInteger),
    Index("webhooks_deliveries_due", "endpoint", "state", "due_at"),
    Index("webhooks_deliveries_settled", "settled_at"),
)
"""An event on its way to an endpoint. `state` is `waiting`, `delivered` or `failed` (given up).

`attempts` counts all of them, `tries` those since it was queued the last time. The number of an attempt
belongs to one process until `claimed_until`: who finds another number there has lost the delivery.
"""

ATTEMPTS = Table(
    "webhooks_attempts",
    TABLES,
    Column("endpoint", String, primary_key=True),
    Column("deal", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("status", Integer),
    Column("error", String),
    Column("took_ms", Integer),
)
"""The delivery log. One without status and error has no answer yet, or its process ended before it came."""


def is_row(table: Table, values: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """The row of a table that has these values."""
    return [table.c[name] == value for name, value in values.items()]
