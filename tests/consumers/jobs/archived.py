"""Events of a store as a job gets them, and an archive as DuckDB reads it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Connection, create_engine

from consumers.jobs.archive import make
from consumers.topics import PARTITIONS
from consumers.wire import Delivered, incoming, outgoing
from domain.event import Recorded
from engine.deals import Deals
from engine.entries import encode


def delivered(deals: Deals, types: Sequence[str] = ()) -> list[Delivered]:
    """The whole log of a store as records: a deal's in one partition, with holes where transactions end."""
    ends: Counter[int] = Counter()
    found = []
    for row in deals.store.rows(0, 100_000, types):
        partition = row.stream_id[-1] % PARTITIONS
        ends[partition] += 2 if row.position % 50 == 0 else 1
        value = outgoing(row, deals.info.store_id).value
        found.append(Delivered(incoming(value), partition, ends[partition], value))
    return found


def record_of(recorded: Recorded, partition: int = 0, offset: int | None = None) -> Delivered:
    """An event that was told in a test, as a record; without an offset at that of its position."""
    assert recorded.recorded_at is not None
    opening = f'{{"position":{recorded.position},"recorded_at":"{recorded.recorded_at.isoformat()}",'
    value = opening.encode() + encode(recorded)[1:]
    return Delivered(incoming(value), partition, recorded.position if offset is None else offset, value)


def read(folder: Path, query: str = "SELECT * FROM archive ORDER BY position") -> list[dict[str, Any]]:
    """What DuckDB reads of the Parquet files below a folder, as `archive`."""
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(
            f"CREATE VIEW archive AS SELECT * FROM read_parquet('{folder}/*/*/*.parquet', hive_partitioning = false)"
        )
        rows: list[dict[str, Any]] = database.sql(query).to_arrow_table().to_pylist()
    return rows


class Died(Exception):
    """The process ended here."""


class Archiving:
    """An archive with the database of its state."""

    def __init__(self, folder: Path, **config: object) -> None:
        self.folder = folder
        self.job = make({"folder": str(folder), **config})
        self._engine = create_engine("sqlite://")
        assert self.job.tables is not None
        self.job.tables.create_all(self._engine)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def take(self, *batches: Sequence[Delivered], dies: bool = False) -> None:
        """Each batch in a transaction of its own; `dies`: right before the commit."""
        assert self.job.on_batch is not None
        for batch in batches:
            try:
                with self.transaction() as connection:
                    self.job.on_batch(batch, connection)
                    if dies:
                        raise Died
            except Died:
                pass

    def versions(self) -> list[int]:
        return [
            row["version"] for row in read(self.folder, "SELECT version FROM archive ORDER BY kafka_offset")
        ]

    def files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.folder)) for path in self.folder.rglob("*.*") if path.is_file()
        )


def in_batches(records: Iterable[Delivered], size: int) -> list[list[Delivered]]:
    """The records as pages: partition after partition, so many at a time."""
    batches = []
    for _, of_partition in groupby(
        sorted(records, key=attrgetter("partition", "offset")), attrgetter("partition")
    ):
        rows = list(of_partition)
        batches += [rows[start : start + size] for start in range(0, len(rows), size)]
    return batches
