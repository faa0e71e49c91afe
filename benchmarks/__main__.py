"""`python -m benchmarks [PATH …] [--big] [--write FILE]`: measure every path that has a target, or those named."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from platform import python_implementation, python_version
from sqlite3 import sqlite_version
from tempfile import TemporaryDirectory

from benchmarks import (
    appending,
    catching_up,
    importing,
    kafka_consuming,
    kafka_relaying,
    loading,
    postgres_appending,
    postgres_big,
    postgres_following,
    postgres_reading,
    questions,
    verifying,
)
from benchmarks.figures import Figure, table

Measure = Callable[[Path], Iterable[Figure]]

PATHS: dict[str, Measure] = {
    "appending": appending.figures,
    "importing": importing.figures,
    "loading": loading.figures,
    "verifying": verifying.figures,
    "catching-up": catching_up.figures,
    "questions": questions.figures,
    "postgres-appending": postgres_appending.figures,
    "postgres-reading": postgres_reading.figures,
    "postgres-following": postgres_following.figures,
    "postgres-million": postgres_big.million,
    "kafka-relaying": kafka_relaying.figures,
    "kafka-consuming": kafka_consuming.figures,
}
"""Each path and what measures it in an empty folder."""

BIG: dict[str, Measure] = {"postgres-big": postgres_big.figures}
"""The same of what takes long: only with `--big`, or where it is named."""

INTRODUCTION = """# Benchmarks

How fast dealtrail is beside what it stands on. `make bench` measures all of it again and writes this page; it takes
about {minutes:.0f} minutes. A ratio (×) compares two programs in one run, turn and turn about, so it says the same on
another machine; seconds do not. *raw* is a prepared INSERT of the same ready bytes into the same table with the same
indexes, without lock, head or digest. Every figure is the median of its rounds, with the lowest and the highest; a
*floor* must be met, a *goal* is what we are out for.

Measured on {date} with {python}, SQLite {sqlite}, eventsourcing {eventsourcing}, {cpus} CPUs.
"""


def main() -> None:
    """Measure, print the report and write it where it should go."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help=f"one of: {', '.join([*PATHS, *BIG])}")
    parser.add_argument(
        "--big", action="store_true", help="measure what takes long too: a store of 10 million events"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the report to this file too")
    asked = parser.parse_args()
    known = {**PATHS, **BIG}
    unknown = set(asked.paths) - known.keys()
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; use some of {', '.join(known)}")
    started = datetime.now(UTC)
    parts = [_measured(name, known[name]) for name in asked.paths or (known if asked.big else PATHS)]
    report = "\n".join([_introduction(started), *parts])
    print(report)
    if asked.write is not None:
        asked.write.write_text(report, encoding="utf-8")


def _measured(name: str, measure: Measure) -> str:
    print(f"measuring: {name}", file=sys.stderr)
    with TemporaryDirectory(prefix="dealtrail-") as folder:
        figures = list(measure(Path(folder)))
    title, _, about = (sys.modules[measure.__module__].__doc__ or "").partition("\n")
    return f"## {title}\n{about}\n{table(figures)}\n"


def _introduction(started: datetime) -> str:
    return INTRODUCTION.format(
        minutes=max((datetime.now(UTC) - started).total_seconds() / 60, 1),
        date=started.date(),
        python=f"{python_implementation()} {python_version()}",
        sqlite=sqlite_version,
        eventsourcing=version("eventsourcing"),
        cpus=cpu_count(),
    )


if __name__ == "__main__":
    main()
