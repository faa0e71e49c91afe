"""Up to where each partition was written, so that an empty folder in the place of the archive is noticed."""

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table, insert, select, update

from consumers.jobs.archive.files import PartitionFiles
from domain.errors import Unavailable


class Written:
    """The offset behind the last row of each partition, in a table of the job."""

    def __init__(self, tables: MetaData, job: str) -> None:
        self._ends = Table(
            f"{job.replace('-', '_')}_written",
            tables,
            Column("partition", Integer, primary_key=True),
            Column("next_offset", BigInteger, nullable=False),
        )

    def check(self, connection: Connection, partition: int, files: PartitionFiles, offset: int) -> None:
        """Unavailable where the files end before what was written, and `offset` goes on behind it.

        Their events would be missing for ever, without a word. Replaying them fills the folder again.
        """
        end = self._end(connection, partition)
        if end is not None and offset >= end > files.end():
            raise Unavailable(
                f"{files.folder} lacks events that were written there before. Look whether the right folder is "
                "named and mounted. If it was emptied on purpose, replay the archive from the beginning."
            )

    def note(self, connection: Connection, partition: int, end: int) -> None:
        """Everything before the offset `end` is written; what is written already stays so."""
        before, ends = self._end(connection, partition), self._ends
        if before is None:
            connection.execute(insert(ends), {"partition": partition, "next_offset": end})
        elif before < end:
            connection.execute(update(ends).where(ends.c.partition == partition).values(next_offset=end))

    def _end(self, connection: Connection, partition: int) -> int | None:
        ends = self._ends.c
        end: int | None = connection.scalar(select(ends.next_offset).where(ends.partition == partition))
        return end
