"""Import from a file, end to end: NDJSON read, checked, compared and recorded, beside raw SQLite."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.figures import Figure, interleaved, ratios, seconds
from benchmarks.raw import RawTable, ready
from benchmarks.stories import EVENTS, stories, write_history
from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.history.importing import import_history

DEALS = 300


def figures(folder: Path) -> Iterator[Figure]:
    """The row."""
    history = folder / "history.ndjson"
    events = write_history(history, DEALS)
    entries = ready(stories(0, DEALS))
    files = (folder / f"{number}.db" for number in count())

    def plain() -> float:
        raw = RawTable(next(files))
        rows = raw.rows(entries, 0)
        rate = events / seconds(lambda: raw.insert_in_batches(rows, 1_000))
        raw.close()
        return rate

    def ours() -> float:
        with Deals(Settings(store=f"sqlite:///{next(files)}")) as deals:
            rate = events / seconds(lambda: import_history(history, deals))
            assert deals.head().position == events + 1  # and the pipeline's definition
        return rate

    rates = interleaved(plain, ours)
    yield Figure(
        path=f"import of {DEALS * EVENTS:,} events",
        against="raw INSERT, 1,000 events a transaction",
        values=ratios(rates),
        unit="×",
        floor=0.15,
        goal=0.35,
        limit="Python. Reading and checking a line takes 45 % of the time, putting a deal's lines in order and giving "
        "them their versions 30 %, their bytes and digests 10 %, SQLite itself the rest.",
    )
    yield Figure(path="the same", values=rates[1], unit="events/s")
