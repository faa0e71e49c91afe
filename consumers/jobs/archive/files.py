"""The Parquet files of one partition: named by their first offset, replaced whole, never half written.

A file grows until it has its full number of rows, by being written again with the new ones behind the old ones
and renamed over itself; then the next one begins. So there are neither thousands of tiny files nor a moment in
which a reader meets an event twice or not at all. Rows are kept by their offset: events that come again, because
the process died before its transaction was committed or because they are replayed, change nothing.
"""

import os
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from consumers.jobs.archive.rows import OFFSET, SCHEMA
from domain.errors import StoreForeign, Unavailable

_DIGITS = 20
_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class PartitionFiles:
    """The files of one partition in their folder. Whoever writes is the only one who does."""

    folder: Path
    rows_per_file: int
    compression: str

    def take(self, rows: Any) -> None:  # noqa: ANN401 - pyarrow's table
        """Have these rows in the files, durably when this returns. An offset that is there already is replaced.

        Unavailable where the folder cannot be written, StoreForeign where an offset was another event's before.
        """
        if not rows.num_rows:
            return
        with _reaching(self.folder):
            _made(self.folder)
            for first, part in self._shared_out(rows.sort_by(OFFSET)):
                path = self._path(first)
                there = _as_it_is(path)
                self._write(path, part if there is None else _merged(_read(path), part, path), there)

    def end(self) -> int:
        """The offset behind the last row; 0 where there is none."""
        with _reaching(self.folder):
            firsts = self._firsts()
            return _size(self._path(firsts[-1])).last + 1 if firsts else 0

    def tidy(self) -> None:
        """Remove what a process left unfinished when it died."""
        with _reaching(self.folder):
            for path in self.folder.glob(f"*{_UNFINISHED}"):
                path.unlink(missing_ok=True)

    def _shared_out(self, rows: Any) -> Iterator[tuple[int, Any]]:  # noqa: ANN401 - pyarrow's table
        """The rows by the first offset of the file that they belong to, which may be a new one."""
        firsts = self._firsts()
        size = _size(self._path(firsts[-1])) if firsts else None
        full_to = None if size is None or size.rows < self.rows_per_file else size.last
        belonging: dict[int, list[int]] = defaultdict(list)
        for index, offset in enumerate(rows.column(OFFSET).to_pylist()):
            if full_to is not None and offset > full_to:
                firsts.append(offset)
                full_to = None
            elif not firsts or offset < firsts[0]:
                firsts.insert(0, offset)
            belonging[firsts[bisect_right(firsts, offset) - 1]].append(index)
        for first, indices in belonging.items():
            yield first, rows.take(indices)

    def _firsts(self) -> list[int]:
        return sorted(int(path.stem) for path in self.folder.glob("*.parquet"))

    def _path(self, first: int) -> Path:
        return self.folder / f"{first:0{_DIGITS}}.parquet"

    def _write(self, path: Path, rows: Any, there: object) -> None:  # noqa: ANN401 - pyarrow's table
        # A name of its own: a process that was thought dead must not write into the same file.
        unfinished = path.with_name(f"{path.stem}.{uuid4().hex}{_UNFINISHED}")
        try:
            with unfinished.open("wb") as file:
                pq.write_table(rows, file, compression=self.compression)
                file.flush()
                os.fsync(file.fileno())
            if _as_it_is(path) != there:
                raise Unavailable(f"Another process has written {path} meanwhile. It is tried again.")
            unfinished.replace(path)
        except BaseException:
            # A disk that is full would be filled further with every attempt.
            unfinished.unlink(missing_ok=True)
            raise
        _keep(path.parent)


def _as_it_is(path: Path) -> object:
    """Another one as soon as somebody has replaced the file; None where there is none.

    A process that slept, and whose partition another one has by now, would put back the rows that it had read.
    """
    try:
        now = path.stat()
    except FileNotFoundError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns


class _Size(NamedTuple):
    """How many rows a file has, and the offset of the last one."""

    rows: int
    last: int


def _size(path: Path) -> _Size:
    """From the file's footer alone."""
    metadata = pq.read_metadata(path)
    column = SCHEMA.get_field_index(OFFSET)
    groups = range(metadata.num_row_groups)
    return _Size(
        metadata.num_rows, max(metadata.row_group(each).column(column).statistics.max for each in groups)
    )


def _read(path: Path) -> Any:  # noqa: ANN401 - pyarrow's table
    # By our own schema: a file of an older dealtrail may lack a column.
    return pq.read_table(path, schema=SCHEMA, partitioning=None, use_threads=False)


def _merged(old: Any, new: Any, path: Path) -> Any:  # noqa: ANN401 - pyarrow's tables
    """Old and new rows in the order of their offsets; a new one in the place of the old one of its offset."""
    again = pc.is_in(old.column(OFFSET), value_set=new.column(OFFSET).combine_chunks())
    replaced = old.filter(again)
    if replaced.num_rows:
        # What stands at an offset stands there for ever, unless the topic was made anew.
        meant = new.filter(pc.is_in(new.column(OFFSET), value_set=replaced.column(OFFSET).combine_chunks()))
        if not meant.select(["position", "stream_id"]).equals(replaced.select(["position", "stream_id"])):
            raise StoreForeign(
                f"{path} holds other events than Kafka now has at the same offsets: the topic was made anew, or "
                "the folder is of another store. Give the archive a new folder, or empty this one, and replay it "
                "from the beginning."
            )
    kept = old.filter(pc.invert(again))
    return pa.concat_tables([kept, new]).sort_by(OFFSET)


def _made(folder: Path) -> None:
    if folder.is_dir():
        return
    _made(folder.parent)
    folder.mkdir(exist_ok=True)
    _keep(folder.parent)


def _keep(folder: Path) -> None:
    """Have the names in a folder outlive a power cut."""
    if os.name == "nt":
        return  # there it cannot be asked for
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _reaching(folder: Path) -> Iterator[None]:
    try:
        yield
    except pa.ArrowInvalid as error:
        raise Unavailable(
            f"A file in {folder} is no readable Parquet file. Move it away and replay the archive from the beginning."
        ) from error
    except OSError as error:
        raise Unavailable(
            f"The archive's folder {folder} cannot be used now ({error.strerror or error}). Look at the disk, "
            "at the rights of the folder and whether it is mounted, then try again."
        ) from error
