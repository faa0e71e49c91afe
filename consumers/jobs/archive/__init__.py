"""Archive: every event as a row of Parquet files, exactly once, for DuckDB, Spark or a warehouse."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, MetaData

from consumers.job import Job
from consumers.jobs.archive.files import PartitionFiles
from consumers.jobs.archive.rows import table_of
from consumers.jobs.archive.written import Written
from consumers.jobs.configured import configured
from consumers.topics import Topics
from consumers.wire import Delivered

ROWS = 20_000
"""Of a full file: a megabyte or two, which is written again in some hundredths of a second."""


class Archive(BaseModel):
    """Where the files lie and what is in them. Of two archives each has a `name` and a folder of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    name: str | None = None
    reads: Literal["deals", "pipelines"] = "deals"
    compression: Literal["zstd", "snappy", "lz4", "gzip", "none"] = "zstd"
    rows_per_file: Annotated[int, Field(ge=1)] = ROWS
    without_personal_data: bool = False


def make(config: Mapping[str, object]) -> Job:
    """The job that writes `<folder>/<topic>/partition=NN/<first offset>.parquet`; BadInput for a wrong config.

    Its files are written before the transaction is committed that says so. If the process dies between, the
    same events come again and find their rows there: see `PartitionFiles`.
    """
    archive = configured(Archive, config, "archive")
    name = archive.name or {"deals": "archive", "pipelines": "archive-pipelines"}[archive.reads]
    topic = Topics().deals if archive.reads == "deals" else Topics().pipelines
    tables = MetaData()
    written = Written(tables, name)

    def files(partition: int) -> PartitionFiles:
        folder = archive.folder / topic / f"partition={partition:02}"
        return PartitionFiles(folder, archive.rows_per_file, archive.compression)

    def on_batch(events: Sequence[Delivered], connection: Connection) -> None:
        for partition, these in groupby(events, key=attrgetter("partition")):
            batch, there = list(these), files(partition)
            written.check(connection, partition, there, batch[0].offset)
            there.take(table_of(batch, personal_data=not archive.without_personal_data))
            written.note(connection, partition, batch[-1].offset + 1)

    def on_assigned(offsets: Mapping[int, int]) -> None:
        for partition in offsets:
            files(partition).tidy()

    return Job(
        name=name,
        on_batch=on_batch,
        on_assigned=on_assigned,
        reads=archive.reads,
        tables=tables,
    )
