"""Made-up deals, the same on every machine: whole stories of about fifty events, as the log and a file hold them."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from domain.deal.life import (
    DealAmountRevised,
    DealDetailsChanged,
    DealExpectedCloseMoved,
    DealOpened,
    DealStageChanged,
)
from domain.deal.outcome import DealLost, DealWon
from domain.deal.outlook import DealForecastSet, DealNoteAdded, DealSignalNoted
from domain.deal.people import ContactAssessed
from domain.deal.team import DealOwnerAssigned
from domain.deal.touchpoints import TouchpointHeld
from domain.event import Actor, Event, Recorded
from domain.values import Cause, Money
from engine.ids import deal_id

SOURCE = "bench"
EVENTS = 50
"""In each deal."""

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
LAST = datetime(2026, 6, 30, tzinfo=UTC)
_STAGES = ("prospecting", "qualification", "meeting", "proposal", "negotiation")
_OWNERS = tuple(f"owner-{number:02}" for number in range(25))
_REGIONS = ("North", "South", "East", "West", "华东")


def story(number: int, length: int = EVENTS) -> list[Recorded]:
    """The deal of that number: its first `length` events, each a command of its own, over half a year or so."""
    chance = Random(number)
    opened = FIRST + (LAST - FIRST) * 0.8 * chance.random()
    times = sorted(opened + timedelta(days=180 * chance.random() ** 1.5) for _ in range(EVENTS - 1))
    events = [opening(number, chance, opened.date()), *_course(chance, opened.date())]
    return recorded(number, [opened, *times], events)[:length]


def recorded(number: int, times: Sequence[datetime], events: Sequence[Event]) -> list[Recorded]:
    """These events at these times as the deal of that number, each a command of its own."""
    chance = Random(number)
    return [
        Recorded(
            stream_id=deal_id(SOURCE, f"D-{number}"),
            version=version,
            occurred_at=at,
            event=event,
            by=Actor(id=chance.choice(_OWNERS)),
            channel=f"import:{SOURCE}",
            command_id=f"{number}:{version}",
        )
        for version, (at, event) in enumerate(zip(times, events, strict=True), 1)
    ]


def stories(first: int, count: int) -> Iterator[list[Recorded]]:
    """`count` deals from that number on."""
    return (story(number) for number in range(first, first + count))


def write_history(path: Path, deals: int) -> int:
    """Write so many deals as `import history` reads them, by time as a source exports them; how many lines."""
    lines = [
        (recorded.occurred_at, number, _line(f"D-{number}", recorded))
        for number, told in enumerate(stories(0, deals))
        for recorded in told
    ]
    lines.sort(key=lambda line: line[:2])
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for _, _, line in lines)
    return len(lines)


def _line(key: str, recorded: Recorded) -> str:
    data = recorded.event.model_dump(mode="json", exclude_unset=True)
    data.pop("pipeline_revision", None)
    line: dict[str, Any] = {
        "source": SOURCE,
        "deal": key,
        "at": recorded.occurred_at.isoformat(),
        "by": recorded.by.id,
        "type": recorded.type,
        "data": data,
    }
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def opening(number: int, chance: Random, opened: date) -> DealOpened:
    return DealOpened(
        title=f"Deal {number} 号",
        account=f"A-{number % 700}",
        account_name=f"Account {number % 700}",
        owner=chance.choice(_OWNERS),
        pipeline="standard",
        pipeline_revision=1,
        stage=_STAGES[0],
        amount=an_amount(chance),
        expected_close=opened + timedelta(days=chance.randint(30, 200)),
        lead_source=chance.choice(("referral", "website", "trade-show", "cold-outreach")),
        segment={"region": chance.choice(_REGIONS), "product": f"P{number % 9}"},
    )


def changes(chance: Random, opened: date) -> list[Event]:
    """The changes of a deal's state after its opening, fourteen at most; the last may be its outcome."""
    changes: list[Event] = [
        *(_close_move(chance, opened) for _ in range(3)),
        *(DealAmountRevised(amount=an_amount(chance)) for _ in range(3)),
        DealOwnerAssigned(owner=chance.choice(_OWNERS)),
        DealForecastSet(category=chance.choice(("pipeline", "best-case", "commit"))),
        DealDetailsChanged(segment={"region": chance.choice(_REGIONS)}),
    ]
    chance.shuffle(changes)
    stages = [DealStageChanged(to_stage=stage, pipeline_revision=1) for stage in _STAGES[1:]]
    for place, stage in enumerate(stages):
        changes.insert(place * 3 + chance.randint(0, 2), stage)
    end = chance.random()
    if end < 0.3:
        changes.append(DealWon(causes=(Cause(reason="relationship"),)))
    elif end < 0.65:
        changes.append(DealLost(kind="declined", causes=(Cause(reason="price"),)))
    return changes


def _course(chance: Random, opened: date) -> list[Event]:
    """What happens after the opening: the changes, the rest is work."""
    happened = changes(chance, opened)
    work = [_work(chance, nth) for nth in range(EVENTS - 1 - len(happened))]
    return merged(chance, happened, work)


def merged(chance: Random, changes: Sequence[Event], work: Sequence[Event]) -> list[Event]:
    """Both in one list, each in its order."""
    places = sorted(chance.sample(range(len(changes) + len(work)), len(changes)))
    told = list(work)
    for place, change in zip(places, changes, strict=True):
        told.insert(place, change)
    return told


def _work(chance: Random, nth: int) -> Event:
    match nth % 4:
        case 0:
            return DealNoteAdded(
                text="Called back; they compare two offers and decide next week. 客户下周回复。"
            )
        case 1:
            return TouchpointHeld(
                touchpoint=f"t{nth}", kind="call", direction="out", minutes=chance.randint(5, 60)
            )
        case 2:
            return ContactAssessed(contact=f"c{nth % 3}", roles=("champion",), influence=chance.randint(1, 5))
        case _:
            return DealSignalNoted(signal="pricing-visit")


def an_amount(chance: Random) -> Money:
    currency = chance.choice(("USD", "USD", "CNY", "EUR"))
    return Money.model_validate({"amount": chance.randint(10, 2_000) * 100, "currency": currency})


def _close_move(chance: Random, opened: date) -> DealExpectedCloseMoved:
    return DealExpectedCloseMoved(expected_close=opened + timedelta(days=chance.randint(60, 400)))
