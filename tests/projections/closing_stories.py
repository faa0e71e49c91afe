"""A store in memory to tell stories of closings to, event by event, and its read models."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select

from domain.event import Actor, Event, Precision, Recorded
from domain.values import Money
from engine.clock import to_micros
from engine.deals import Deals
from engine.ids import DEALTRAIL
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up
from projections.running.views import Views
from tests.projections.spare_views import views_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday; event n of a story happens n days after it unless the story says otherwise."""

LATER = START + timedelta(days=3_650)


def usd(amount: str) -> Money:
    """So many dollars."""
    return Money.model_validate({"amount": amount, "currency": "USD"})


def day(number: float) -> datetime:
    """That many days after the start of the stories."""
    return START + timedelta(days=number)


def micros(number: float) -> int:
    """`day`, as read models hold it."""
    return to_micros(day(number))


class Stories:
    """What is told is recorded as an import would: rules refuse nothing."""

    def __init__(self, timezone: str | None = None) -> None:
        self.clock = LATER
        self.deals = Deals(Settings(store="memory:", timezone=timezone), clock=lambda: self.clock)
        self._open = ExitStack()
        self.views = self._open.enter_context(views_of(self.deals))
        self.versions: dict[UUID, int] = {}

    def tell(
        self,
        event: Event,
        at: datetime,
        *,
        deal: str = "D-1",
        precision: Precision = "instant",
        by: str = "li.lei",
        known: datetime | None = None,
    ) -> Recorded:
        """Record one event of a deal, known at the clock's time or at `known`."""
        stream = uuid5(DEALTRAIL, deal)
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        recorded = Recorded(
            stream_id=stream,
            version=version,
            occurred_at=at,
            event=event,
            by=Actor(id=by),
            channel="python",
            command_id=f"{stream}:{version}",
            precision=precision,
            source_recorded_at=known,
        )
        self.deals.record([recorded])
        return recorded

    def story(self, *events: Event, deal: str = "D-1") -> None:
        """Record events a day apart, from day 1 on."""
        for number, event in enumerate(events, 1):
            self.tell(event, day(number), deal=deal)

    def caught_up(self, page: int = 5_000) -> Views:
        """The read models of all that was told."""
        catch_up(self.views, self.deals, PROJECTIONS, page=page)
        return self.views

    def rows(self, table: Table, *columns: str) -> list[dict[str, Any]]:
        """The rows of a read model, in the order of their keys, with these columns (none: all)."""
        views = self.caught_up()
        with views.engine.connect() as connection:
            physical = views.table_on(connection, table)
            chosen = [physical.c[name] for name in columns] or list(physical.c)
            found = connection.execute(select(*chosen).order_by(*physical.primary_key))
            return [dict(row) for row in found.mappings()]

    @property
    def zone(self) -> ZoneInfo:
        """The store's zone."""
        return self.deals.zone

    def close(self) -> None:
        """Let go of the store."""
        self._open.close()
        self.deals.close()


def summary(rows: Sequence[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """The rows as tuples of these columns."""
    return [tuple(row[name] for name in names) for row in rows]
