"""A job whose effects can be counted: it writes a row for every event that it is given."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from time import sleep
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
)

from consumers.job import Job
from consumers.running.state import State
from domain.event import Recorded
from tests.end_to_end.consumer_feed import deal

NAME = "noting"

TABLES = MetaData()

EFFECTS = Table(
    "effects",
    TABLES,
    # Also PostgreSQL numbers the effects of one deal in the order in which they were recorded.
    Column("nth", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("stream", LargeBinary(16), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("process", String, nullable=False),
)


def noting(
    process: str = "",
    wrong: Iterable[tuple[int, int]] = (),
    seconds: float = 0.0,
    apart: Engine | None = None,
) -> Job:
    """The job. It fails for these versions of these deals, each time, and takes so long for an event.

    With `apart` its effects are not in the transaction that it is given.
    """
    failing = {(deal(nth), version) for nth, version in wrong}

    def note(recorded: Recorded, connection: Connection) -> None:
        sleep(seconds)
        row = {"stream": recorded.stream_id.bytes, "version": recorded.version, "process": process}
        if apart is None:
            connection.execute(insert(EFFECTS), row)
        else:
            with apart.begin() as another:
                another.execute(insert(EFFECTS), row)
        if (recorded.stream_id, recorded.version) in failing:
            raise ValueError("somebody's name")

    return Job(name=NAME, on_event=note, tables=TABLES)


def effects(state: State) -> dict[UUID, list[int]]:
    """The versions of each deal in the order of their effects."""
    found: dict[UUID, list[int]] = {}
    with state.reading() as connection:
        for row in connection.execute(select(EFFECTS.c.stream, EFFECTS.c.version).order_by(EFFECTS.c.nth)):
            found.setdefault(UUID(bytes=bytes(row.stream)), []).append(row.version)
    return found


def processes(state: State) -> Counter[str]:
    """How many effects each process has recorded."""
    with state.reading() as connection:
        return Counter(connection.scalars(select(EFFECTS.c.process)))


def faults(found: Mapping[UUID, list[int]], wanted: Mapping[UUID, int]) -> Counter[str]:
    """What is wrong with these effects, where each deal should have its first so many versions once, in order."""
    counted: Counter[str] = Counter()
    for stream, through in wanted.items():
        versions = found.get(stream, [])
        counted["lost"] += len(set(range(1, through + 1)) - set(versions))
        counted["doubled"] += len(versions) - len(set(versions))
        counted["out of order"] += sum(later < before for before, later in pairwise(versions))
        counted["not to be done"] += len(set(versions) - set(range(1, through + 1)))
    counted["not to be done"] += sum(
        len(versions) for stream, versions in found.items() if stream not in wanted
    )
    return +counted
