"""Whatever is done to the rows of a log behind its back is found, and a log that was left alone gives no alarm."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import Tampered
from engine.digest import first_digest, next_digest
from engine.log import Head, Log, Row
from engine.memory import MemoryLog
from engine.sqlite import SqliteLog
from engine.sqlite_schema import COLUMNS, INSERT
from engine.verify import PAGE, Anchor, verify
from tests.engine.appending import FIRST, SetClock, entries, entry, fill, note

ROWS = 40
CASES = 60
"""Random places per way of tampering; two thousand in `make torture`."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of forty events whose triggers somebody has dropped."""
    path = tmp_path_factory.mktemp("written") / "deals.db"
    clock = SetClock()
    log = SqliteLog(path, url="sqlite:///deals.db", clock=clock)
    fill(log, ROWS // 2)
    clock.pass_time(hours=1)
    log.append(entries(*(note(FIRST, version) for version in range(1, ROWS // 2 + 1))))
    log.close()
    with sqlite3.connect(path) as shell:
        for (name,) in shell.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            shell.execute(f"DROP TRIGGER {name}")
        for index in ("events_of_a_stream", "events_of_a_command"):
            shell.execute(f"DROP INDEX {index}")
        shell.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shell.close()
    return path


class Copy:
    """A copy of the written store that is tampered with through `shell` and then verified."""

    def __init__(self, original: Path, path: Path) -> None:
        shutil.copy(original, path)
        self.path = path
        self.shell = sqlite3.connect(path, isolation_level=None)

    def verified(self, anchor: Anchor | None = None) -> Head:
        log = SqliteLog(self.path, url="sqlite:///deals.db")
        try:
            return verify(log, anchor)
        finally:
            log.close()

    def rows(self) -> list[Row]:
        return [Row(*row) for row in self.shell.execute(f"SELECT {COLUMNS} FROM events ORDER BY position")]

    def write(self, rows: list[Row]) -> None:
        self.shell.execute("BEGIN")
        self.shell.execute("DELETE FROM events")
        self.shell.executemany(INSERT, rows)
        self.shell.execute("COMMIT")


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Iterator[Copy]:
    copied = Copy(written, tmp_path / "copy.db")
    yield copied
    copied.shell.close()


def first_named(raised: pytest.ExceptionInfo[Tampered]) -> int:
    """The first number in the message: the position that is named."""
    return int("".join(c if c.isdigit() else " " for c in str(raised.value)).split()[0])


def test_a_log_that_was_left_alone_gives_no_alarm(copy: Copy) -> None:
    last = copy.rows()[-1]
    head = copy.verified()
    assert (head.position, head.digest) == (ROWS, last.digest)


@pytest.mark.parametrize("count", [0, 1, 2, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
def test_no_number_of_events_gives_an_alarm(count: int) -> None:
    log = MemoryLog()
    told: list[int] = []
    if count:
        log.append(entries(*(note(FIRST, version) for version in range(1, count + 1))))
    assert verify(log, progress=told.append) == log.head()
    assert told == [min(end, count) for end in range(PAGE, count + PAGE, PAGE)]


def test_a_command_id_that_json_writes_otherwise_gives_no_alarm(log: Log) -> None:
    for number, command_id in enumerate(['say "hi"', "back\\slash", "tab\t", "汉字", "é"], start=1):
        log.append([entry(FIRST, number, command_id=command_id)])
    assert verify(log) == log.head()


def test_appending_while_the_log_is_verified_gives_no_alarm(log: Log) -> None:
    fill(log, 3)

    def append_more(position: int) -> None:
        if position < 6:
            log.append([entry(FIRST, position - 2)])

    assert verify(log, progress=append_more).position == 6


def test_appending_after_the_last_page_was_read_gives_no_alarm(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(log, 3)
    head = log.head
    versions = iter((1, 2))

    def head_that_moves() -> Head:
        version = next(versions, None)
        if version is not None:
            log.append([entry(FIRST, version)])
        return head()

    monkeypatch.setattr(log, "head", head_that_moves)
    assert verify(log) == head()
    assert head().position == 5


def flip(copy: Copy, chance: random.Random) -> int:
    """One bit of one column that an event is made of."""
    rows = copy.rows()
    row = chance.choice(rows)
    column = chance.choice(["stream_id", "version", "type", "state", "recorded_at", "digest", "nth"])
    value = getattr(row, column)
    if isinstance(value, int):
        flipped: object = value ^ (1 << chance.randrange(40))
    else:
        content = bytearray(value.encode() if isinstance(value, str) else value)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        flipped = bytes(content)
    cast = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    copy.shell.execute(f"UPDATE events SET {column} = {cast} WHERE position = ?", (flipped, row.position))
    return row.position


def delete(copy: Copy, chance: random.Random) -> int:
    first = chance.randint(1, ROWS - 1)
    copy.shell.execute(
        "DELETE FROM events WHERE position BETWEEN ? AND ?", (first, chance.randint(first, ROWS - 1))
    )
    return first


def delete_and_close_up(copy: Copy, chance: random.Random) -> int:
    gone = chance.randint(1, ROWS - 1)
    rows = [row for row in copy.rows() if row.position != gone]
    copy.write([row._replace(position=place) for place, row in enumerate(rows, start=1)])
    return gone


def insert(copy: Copy, chance: random.Random) -> int:
    place = chance.randint(1, ROWS + 1)
    rows = copy.rows()
    model = chance.choice(rows)
    rows.insert(place - 1, model._replace(command_id="made up", nth=0))
    copy.write([row._replace(position=place) for place, row in enumerate(rows, start=1)])
    return place


def swap(copy: Copy, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(ROWS), 2))
    rows = copy.rows()
    rows[one], rows[other] = rows[other], rows[one]
    copy.write([row._replace(position=place) for place, row in enumerate(rows, start=1)])
    return one + 1


def cut(copy: Copy, chance: random.Random) -> int:
    first = chance.randint(1, ROWS)
    copy.shell.execute("DELETE FROM events WHERE position >= ?", (first,))
    return first


@pytest.mark.parametrize("tamper", [flip, delete, delete_and_close_up, insert, swap, cut])
def test_tampering_is_found_at_the_first_row_that_it_touched(
    written: Path, tmp_path: Path, torture: bool, tamper: Callable[[Copy, random.Random], int]
) -> None:
    chance = random.Random(f"tampering by {tamper.__name__}")
    for case in range(2_000 if torture else CASES):
        copy = Copy(written, tmp_path / "copy.db")
        where = tamper(copy, chance)
        with pytest.raises(Tampered) as raised:
            copy.verified()
        assert first_named(raised) == where, f"case {case}: {raised.value}"
        copy.shell.close()
        for left in tmp_path.glob("copy.db*"):
            left.unlink()


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (1, 1, "The row 1 was removed: position 2 follows 0."),
        (5, 5, "The row 5 was removed: position 6 follows 4."),
        (5, 6, "The rows 5 to 6 were removed: position 7 follows 4."),
        (2, 39, "The rows 2 to 39 were removed: position 40 follows 1."),
    ],
)
def test_it_is_told_which_rows_are_gone(copy: Copy, first: int, last: int, told: str) -> None:
    copy.shell.execute("DELETE FROM events WHERE position BETWEEN ? AND ?", (first, last))
    with pytest.raises(Tampered) as raised:
        copy.verified()
    assert str(raised.value) == told


@pytest.mark.parametrize("position", [1, 2, ROWS])
def test_a_row_that_cannot_be_read_at_all_is_named(copy: Copy, position: int) -> None:
    copy.shell.execute("UPDATE events SET type = CAST(x'ff' AS TEXT) WHERE position = ?", (position,))
    with pytest.raises(Tampered, match=f"^The row at position {position} cannot be read"):
        copy.verified()


@pytest.mark.parametrize("position", [0, -1, -(2**63)])
def test_a_row_in_front_of_the_first_is_found(copy: Copy, position: int) -> None:
    row = copy.rows()[0]._replace(position=position)
    copy.shell.execute(INSERT, row)
    with pytest.raises(Tampered, match=f"position {position} was inserted: the log begins at 1"):
        copy.verified()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", "'text instead of bytes'"),
        ("recorded_at", "1.5"),
        ("recorded_at", "'soon'"),
        ("version", "-1"),
        ("version", "'x'"),
        ("stream_id", "'0123456789abcdef'"),
        ("stream_id", "x'00'"),
        ("stream_id", "stream_id || x'00'"),
        ("type", "CAST(x'ff' AS TEXT)"),
        ("type", "x'00'"),
        ("digest", "x''"),
        ("digest", "'digest'"),
        ("command_id", "'another command'"),
        ("command_id", "CAST(x'ff' AS TEXT)"),
        ("command_id", "x'ff'"),
        ("nth", "1"),
        ("nth", "'0'||'x'"),
    ],
)
def test_a_column_of_another_shape_is_found(copy: Copy, column: str, value: str) -> None:
    copy.shell.execute(f"UPDATE events SET {column} = {value} WHERE position = 7")
    with pytest.raises(Tampered, match="row at position 7"):
        copy.verified()


@pytest.mark.parametrize(
    "change",
    ["digest = x'00'", "recorded_at = recorded_at + 1", "recorded_at = NULL", "digest = 'text'"],
)
def test_a_changed_head_is_found(copy: Copy, change: str) -> None:
    copy.shell.execute(f"UPDATE log_head SET {change}")
    with pytest.raises(Tampered, match="head at position 40 was changed"):
        copy.verified()


def test_a_head_that_ends_too_early_is_found(copy: Copy) -> None:
    copy.shell.execute("UPDATE log_head SET position = 39")
    with pytest.raises(Tampered, match="row at position 40 was inserted: the head ends before it"):
        copy.verified()


def test_an_emptied_log_is_found(copy: Copy) -> None:
    copy.shell.execute("DELETE FROM events")
    with pytest.raises(Tampered, match="rows from position 1 to 40 were removed"):
        copy.verified()


def test_the_log_of_another_store_is_found(copy: Copy) -> None:
    copy.shell.execute("UPDATE store SET store_id = '12345678-1234-4234-8234-123456789abc'")
    with pytest.raises(Tampered, match="row at position 1"):
        copy.verified()


def rechain(copy: Copy, rows: list[Row]) -> None:
    """Write these rows with a right chain, and the head with them."""
    log = SqliteLog(copy.path, url="sqlite:///deals.db")
    digest = first_digest(log.info.store_id)
    log.close()
    chained = []
    for place, row in enumerate(rows, start=1):
        digest = next_digest(digest, place, row.stream_id, row.version, row.recorded_at, row.type, row.state)
        chained.append(row._replace(position=place, digest=digest))
    copy.write(chained)
    last = chained[-1]
    copy.shell.execute(
        "UPDATE log_head SET position = ?, digest = ?, recorded_at = ?",
        (last.position, last.digest, last.recorded_at),
    )


@pytest.mark.parametrize("position", [0, 1, 20, ROWS])
def test_an_anchor_is_found_again_in_the_log_that_it_was_taken_of(copy: Copy, position: int) -> None:
    before = copy.rows()[position - 1].digest if position else first_digest_of(copy)
    assert copy.verified(Anchor(position, before)).position == ROWS


def first_digest_of(copy: Copy) -> bytes:
    log = SqliteLog(copy.path, url="sqlite:///deals.db")
    log.close()
    return first_digest(log.info.store_id)


def test_a_log_that_was_written_anew_is_found_against_an_anchor(copy: Copy) -> None:
    rows = copy.rows()
    anchor = Anchor(30, rows[29].digest)
    rows[3] = rows[3]._replace(state=rows[3].state.replace("次".encode(), "天".encode()))
    rechain(copy, rows)
    assert copy.verified().position == ROWS
    with pytest.raises(Tampered, match="at position 30 its digest is"):
        copy.verified(anchor)


def test_a_tail_that_was_cut_together_with_the_head_is_found_against_an_anchor(copy: Copy) -> None:
    rows = copy.rows()
    rechain(copy, rows[:30])
    assert copy.verified().position == 30
    with pytest.raises(Tampered, match="ends at position 30, before the anchor at 40"):
        copy.verified(Anchor(ROWS, rows[-1].digest))


def test_an_anchor_of_an_empty_log_names_the_store(copy: Copy) -> None:
    with pytest.raises(Tampered, match="at position 0 its digest is"):
        copy.verified(Anchor(0, b"another store"))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"version": 77}, "columns say"),
        ({"type": "DealWon"}, "columns say"),
        ({"stream_id": b"x" * 16}, "columns say"),
        ({"state": b"[]"}, "no event"),
        ({"state": b"\xff"}, "no event"),
        ({"nth": 5}, "event 0 of its command, its column says 5"),
        ({"recorded_at": 0}, "recorded before the row in front of it"),
    ],
)
def test_columns_that_disagree_with_the_state_are_found_although_the_chain_is_right(
    copy: Copy, change: dict[str, object], found: str
) -> None:
    rows = copy.rows()
    rows[9] = rows[9]._replace(**change)  # type: ignore[arg-type]
    rechain(copy, rows)
    with pytest.raises(Tampered, match=f"position 10 was changed.*{found}"):
        copy.verified()


def test_an_anchor_is_a_value() -> None:
    assert replace(Anchor(1, b"d"), position=2) == Anchor(2, b"d")


def test_what_verify_tells_is_the_head_as_it_was_recorded(log: Log, clock: SetClock) -> None:
    fill(log, 2)
    clock.pass_time(days=1)
    log.append([entry(FIRST, 1)])
    assert verify(log) == Head(3, log.rows(2, 1)[0].digest, clock.instant)
    assert clock.instant - timedelta(days=1) == log.info.created_at
