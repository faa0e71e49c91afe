"""Events of a store as a job gets them, and an archive as DuckDB reads it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

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
