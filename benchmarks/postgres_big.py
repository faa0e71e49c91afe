"""PostgreSQL: a large store beside one of ten thousand events: of a million, and with `--big` of ten million.

Both are filled by the same way as an import: ready rows by COPY. Ten million take several minutes and some 10 GB. The
server has a quarter of the machine's memory for its pages, as PostgreSQL's manual has it: what a read from disk takes
says nothing of the store. `docs/operations.md` says how much that adds.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter
from uuid import UUID

from benchmarks.figures import Figure, seconds
from engine.deals import Deals
from engine.log import LogEntry
from engine.settings import Settings
from interfaces.importing.recording import READY_BATCH
from tests.servers.postgres import new_database, postgres_server

SMALL, MILLION, BIG = 10_000, 1_000_000, 10_000_000
LENGTH = 50
"""Events of a deal."""

ROUNDS = 7
EACH = 200
"""What is appended and loaded in a round."""

PAGE, PAGES = 5_000, 2


def figures(_: Path) -> Iterator[Figure]:
    """All rows, of ten million events."""
    return _measured(BIG)


def million(_: Path) -> Iterator[Figure]:
    """The same of a million."""
    return _measured(MILLION)


def _measured(events: int) -> Iterator[Figure]:
    with postgres_server(durable=True) as server:
        stores = [Deals(Settings(store=new_database(server))) for _ in range(2)]
        small, big = stores
        _fill(small, SMALL)
        took = seconds(lambda: _fill(big, events))
        yield Figure(path=f"fill a store with {events:,} events", values=[events / took], unit="events/s")
        for path, times in _compared(small, big, events).items():
            yield Figure(
                path=f"{path}, {events:,} events",
                against=f"{SMALL:,} events",
                values=times,
                unit="times",
                floor=1.5,
                goal=1.2,
                limit="deeper indexes, and pages that are no more in the processor's cache.",
            )
        for deals in stores:
            deals.close()


def _compared(small: Deals, big: Deals, events: int) -> dict[str, list[float]]:
    """How many times as long each takes on the store of so many events, in turns."""
    found: dict[str, list[float]] = {"append": [], "load a deal": [], "page of the feed": []}
    chance = Random(9)
    for turn in range(ROUNDS + 1):
        both = ((small, SMALL), (big, events))
        pairs = {
            "append": [_append(deals, 10**9 + turn) for deals, _ in both],
            "load a deal": [_load(deals, held, chance) for deals, held in both],
            "page of the feed": [_page(deals, held, chance) for deals, held in both],
        }
        # The first turn warms both.
        if turn:
            for path, (there, here) in pairs.items():
                found[path].append(here / there)
    return found


def _append(deals: Deals, number: int) -> float:
    began = perf_counter()
    for version in range(1, EACH + 1):
        deals.store.append([_entry(number, version)])
    return perf_counter() - began


def _load(deals: Deals, events: int, chance: Random) -> float:
    chosen = [_deal(chance.randrange(events // LENGTH)) for _ in range(EACH)]
    return seconds(lambda: [deals.store.stream(deal) for deal in chosen])


def _page(deals: Deals, events: int, chance: Random) -> float:
    starts = [chance.randrange(events - PAGE) for _ in range(PAGES)]
    return seconds(lambda: [deals.feed(start, limit=PAGE) for start in starts])


def _fill(deals: Deals, events: int) -> None:
    batch: list[LogEntry] = []
    for number in range(events // LENGTH):
        batch += [_entry(number, version) for version in range(1, LENGTH + 1)]
        if len(batch) >= READY_BATCH:
            deals.store.append(batch)
            batch = []
    if batch:
        deals.store.append(batch)


def _deal(number: int) -> UUID:
    # Spread over the index as real ids are, which are hashes too.
    return UUID(bytes=sha256(number.to_bytes(8, "big")).digest()[:16], version=5)


def _entry(number: int, version: int) -> LogEntry:
    deal = _deal(number)
    command_id = f"{number}:{version}"
    state = (
        f'{{"stream_id":"{deal}","version":{version},"type":"DealNoteAdded","occurred_at":"2026-01-01T00:00:00Z",'
        f'"by":{{"id":"li.lei","kind":"human"}},"channel":"import:bench","command_id":"{command_id}",'
        '"data":{"text":"Called back; they compare two offers and decide next week."}}'
    ).encode()
    return LogEntry(deal, version, "DealNoteAdded", state, command_id, 0, bytes(32))
