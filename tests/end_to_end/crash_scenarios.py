"""What a process is doing when it dies, and what must be there when another has done the same again."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import psycopg

from domain.deal.life import OpenDeal
from domain.deal.outcome import MergeInto
from domain.deal.outlook import AddNote, DealNoteAdded
from domain.errors import Unavailable
from domain.event import Actor, Recorded
from engine.clock import now
from engine.deals import Deals
from engine.ids import deal_id
from engine.postgres import PostgresLog
from engine.postgres_appending import MANY
from engine.settings import Settings
from engine.stores import upgrade
from engine.urls import POSTGRES
from engine.verify import verify
from projections.closings.outcomes import Outcomes
from projections.negotiation.negotiations import Negotiations
from projections.running.projection import Projection
from projections.running.runner import catch_up, rebuild
from projections.running.verifying import verify as verify_read_models
from projections.running.views import Views
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines

BY = Actor(id="li.lei")
ONE, OTHER = deal_id("doomed", "one"), deal_id("doomed", "other")
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
PROJECTIONS: tuple[Projection, ...] = (DealStates(), Outcomes(), Negotiations(), Pipelines())
"""As many as it takes: one runner writes all read models in the same way."""
OLDER = Path(__file__).parent.parent / "engine" / "older_stores"

Work = Callable[[Settings], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`before` is done in peace; what is `doing` may be broken off anywhere and done again.

    `opens`: anybody may open what lies there before. `projects`: it writes read models.
    """

    before: Work
    doing: Work
    opens: bool = True
    projects: bool = False


class Told(NamedTuple):
    """An event as far as it is the same in every run."""

    position: int
    version: int
    type: str
    command: str
    text: str


def log_of(settings: Settings) -> list[Told]:
    """The whole log, its chain verified; without the name of a command that dealtrail itself gave."""
    with Deals(settings) as deals:
        verify(deals.store)
        rows = deals.store.rows(0, 10**6)
    told = []
    for row in rows:
        state = json.loads(row.state)
        command = "" if state["by"]["kind"] == "system" else row.command_id
        told.append(Told(row.position, row.version, state["type"], command, state["data"].get("text") or ""))
    return told


def differing_read_models(settings: Settings) -> list[str]:
    """The read models that, caught up, are not what a rebuild would make."""
    with Deals(settings) as deals, Views.open(deals) as views:
        catch_up(views, deals, PROJECTIONS)
        found = verify_read_models(views, deals, PROJECTIONS)
    return [f"{each.name}: {each.difference}" for each in found if each.difference is not None]


def _nothing(_: Settings) -> None:
    """The place is empty."""


def _open(settings: Settings) -> None:
    Deals(settings).close()


def _two_deals(settings: Settings) -> None:
    with Deals(settings) as deals:
        for name, deal in (("one", ONE), ("other", OTHER)):
            deals.handle(deal, OpenDeal(title=name, owner="li.lei"), by=BY, command_id=f"open {name}")


def _note(settings: Settings) -> None:
    with Deals(settings) as deals:
        deals.handle(ONE, AddNote(text="called"), by=BY, command_id="note")


def _merge(settings: Settings) -> None:
    with Deals(settings) as deals:
        deals.handle(OTHER, MergeInto(into=str(ONE)), by=BY, command_id="merge")


def _record(settings: Settings, name: str, first: int, count: int) -> None:
    """So many notes on the first deal under one command, from that version on."""
    with Deals(settings) as deals:
        if count >= MANY and isinstance(deals.store, PostgresLog):
            # As if this log had just appended: what it writes alone goes by COPY.
            head = deals.store.head()
            deals.store._writer.end, deals.store._writer.alone = (head.position, head.digest, None), True
        deals.record(
            [
                Recorded(
                    stream_id=ONE,
                    version=version,
                    occurred_at=BEFORE,
                    event=DealNoteAdded(text=f"{name} {version}"),
                    by=BY,
                    channel="import:doomed",
                    command_id=name,
                )
                for version in range(first, first + count)
            ]
        )


def _a_story(settings: Settings) -> None:
    _two_deals(settings)
    _record(settings, "story", 2, 120)


def _follow(settings: Settings) -> None:
    with Deals(settings) as deals, Views.open(deals) as views:
        catch_up(views, deals, PROJECTIONS, page=50)


def _followed(settings: Settings) -> None:
    _a_story(settings)
    _follow(settings)


def _build_anew(settings: Settings) -> None:
    with Deals(settings) as deals, Views.open(deals) as views:
        for projection in PROJECTIONS:
            rebuild(views, deals, projection, page=70)


def _older(settings: Settings) -> None:
    """A store of version 1."""
    if settings.store.startswith(POSTGRES):
        with psycopg.connect(settings.store, autocommit=True) as server:
            server.execute((OLDER / "version-1.postgresql.sql").read_bytes())
        return
    with closing(sqlite3.connect(settings.store.removeprefix("sqlite:///"))) as file:
        file.executescript((OLDER / "version-1.sqlite.sql").read_text("utf-8"))


def _upgrade(settings: Settings) -> None:
    upgrade(settings, now)


def _one_by_one(settings: Settings) -> None:
    for nth in range(40):
        _record(settings, f"note {nth}", 2 + nth, 1)


def _unheard(settings: Settings) -> None:
    with suppress(Unavailable):
        _note(settings)


SCENARIOS = {
    "a store is made": Scenario(_nothing, _open),
    "a note is taken": Scenario(_two_deals, _note),
    "two deals are merged": Scenario(_two_deals, _merge),
    "40 events are recorded": Scenario(_two_deals, lambda settings: _record(settings, "forty", 2, 40)),
    f"{MANY} events are recorded": Scenario(_two_deals, lambda settings: _record(settings, "many", 2, MANY)),
    "read models follow": Scenario(_a_story, _follow, projects=True),
    "read models are built anew": Scenario(_followed, _build_anew, projects=True),
    "an older store is upgraded": Scenario(_older, _upgrade, opens=False),
}

UNSOUND = {
    "40 events are recorded one by one": Scenario(_two_deals, _one_by_one),
    "nobody hears that a note was refused": Scenario(_two_deals, _unheard),
}
"""What may not go well: whoever looks at it must say so."""
