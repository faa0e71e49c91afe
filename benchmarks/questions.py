"""Questions to 10,000 deals and 500,000 events: inside the process, from the command line, and in what memory."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from os import environ
from pathlib import Path
from random import Random
from typing import TypeVar

from benchmarks import reports
from benchmarks.big_store import DEALS, fill
from benchmarks.figures import Figure, seconds
from benchmarks.stories import FIRST, LAST, SOURCE, write_history
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from projections.asking.asked import Asked
from projections.catalogue import PROJECTIONS
from projections.one_deal.audit import trail
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.pipeline_view import pipeline
from projections.states.waterfall import changes

Case = TypeVar("Case")

QUARTERS = [datetime(2024 + nth // 4, 1 + nth % 4 * 3, 1, tzinfo=UTC) for nth in range(11)]
IMPORTED = 5_000
"""Deals in the file whose import is watched: 250,000 events."""

PROGRAM = Path(sys.executable).parent / "dealtrail"
WATCH = Path(__file__).parent / "resident.py"
START = (
    "importing. Two thirds of the time a command that asks the read models loads SQLAlchemy, pydantic and Typer, "
    "before it opens anything."
)
MOST = 300
"""Megabytes that no command may take, whatever the size of the store."""


def figures(folder: Path) -> Iterator[Figure]:
    """All rows that want the big store."""
    store = f"sqlite:///{folder / 'big.db'}"
    with Deals(Settings(store=store)) as deals:
        fill(deals, DEALS)
        with Views.open(deals) as views:
            took = seconds(lambda: catch_up(views, deals, PROJECTIONS))
            yield Figure(path="all read models built from 500,000 events", values=[took], unit="s")
            yield from _asked(views, deals)
            yield from reports.figures(views, deals)
    yield from _commands(folder, store)
    yield from _memory(folder, store)


def _asked(views: Views, deals: Deals) -> Iterator[Figure]:
    chance = Random(7)
    dates = [FIRST + (LAST - FIRST) * chance.random() for _ in range(11)]
    keys = [deal_id(SOURCE, f"D-{chance.randrange(DEALS)}") for _ in range(21)]
    yield Figure(
        path="`pipeline --as-of`, any date",
        values=_each(dates, lambda date: pipeline(views, deals, Asked(as_of=date))),
        unit="s",
        floor=0.15,
        goal=0.15,
    )
    yield Figure(
        path="`pipeline --as-of --known-at`, any dates",
        values=_each(dates, lambda date: pipeline(views, deals, Asked(date, date + timedelta(days=30)))),
        unit="s",
    )
    yield Figure(
        path="`changes` over a quarter",
        values=_each(list(pairwise(QUARTERS)), lambda ends: changes(views, deals, ends[0], ends[1])),
        unit="s",
        floor=0.5,
        goal=0.5,
    )
    yield Figure(
        path="one deal's log",
        values=[1_000 * took for took in _each(keys, lambda stream: trail(deals.story(stream)))],
        unit="ms",
        floor=20,
        goal=20,
    )


def _each(cases: Sequence[Case], ask: Callable[[Case], object]) -> list[float]:
    """How long each answer took, after one that does not count."""
    ask(cases[0])
    return [seconds(partial(ask, case)) for case in cases]


def _commands(folder: Path, store: str) -> Iterator[Figure]:
    listing = ["--store", store, "deal", "list", "--limit", "20"]
    # As on the machine of whoever has used it once: Python keeps the modules compiled, unless it is told not to.
    compiled = {**environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    compiled.pop("PYTHONDONTWRITEBYTECODE", None)
    for path, arguments, most, goal in (
        ("`dealtrail --help`", ["--help"], 0.5, 0.5),
        ("`dealtrail deal list --limit 20`", listing, 1.2, 0.7),
        ("`dealtrail pipeline`", ["--store", store, "pipeline"], 1.2, 0.7),
    ):
        values = _each([arguments] * 7, partial(_run, compiled))
        yield Figure(path=path, values=values, unit="s", floor=most, goal=goal, limit=START)


def _memory(folder: Path, store: str) -> Iterator[Figure]:
    history = folder / "history.ndjson"
    events = write_history(history, IMPORTED)
    new = f"sqlite:///{folder / 'imported.db'}"
    for path, arguments in (
        (f"import of {events:,} events", ["--store", new, "import", "history", str(history)]),
        ("rebuild of all read models, 500,000 events", ["--store", store, "projections", "rebuild"]),
        ("export of 500,000 events", ["--store", store, "export", "history"]),
    ):
        watched = subprocess.run(
            [sys.executable, "-S", "-E", WATCH, PROGRAM, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        megabytes = int(watched.stderr.splitlines()[-1]) / 1024
        yield Figure(path=f"memory: {path}", values=[megabytes], unit="MB", floor=MOST, goal=MOST)


def _run(environment: Mapping[str, str], arguments: Sequence[str]) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run([PROGRAM, *arguments], check=True, env=environment, stdout=quiet, stderr=quiet)
