"""Callers that wait together share a transaction; each has its own result."""

from collections.abc import Sequence
from threading import Event, Thread
from time import sleep

import pytest

from domain.errors import DealtrailError, StoreBusy, Unavailable, VersionConflict
from engine.group_commit import GroupCommit
from tests.engine.appending import at_once


class Disk:
    """Writes what it is given; holds a transaction until it is let go, and remembers them all."""

    def __init__(self) -> None:
        self.transactions: list[list[str]] = []
        self.begun = Event()
        self.go = Event()
        self.go.set()

    def write(self, items: Sequence[str]) -> list[str | DealtrailError]:
        self.transactions.append(list(items))
        self.begun.set()
        self.go.wait()
        if "full" in items:
            raise Unavailable("the disk is full")
        if "broken" in items:
            raise RuntimeError("a defect")
        return [VersionConflict("taken") if item == "taken" else item.upper() for item in items]


class Caller(Thread):
    """Appends one item in a thread of its own and keeps what came of it."""

    def __init__(self, commits: GroupCommit[str, str], item: str) -> None:
        super().__init__()
        self.commits, self.item = commits, item
        self.outcome: str | BaseException = "nothing yet"

    def run(self) -> None:
        try:
            self.outcome = self.commits.append(self.item)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.outcome = error


def together(disk: Disk, commits: GroupCommit[str, str], items: Sequence[str]) -> list[str | BaseException]:
    """The outcomes of `items` that all queued up while another transaction was being written."""
    disk.go.clear()
    first = Caller(commits, "first")
    first.start()
    disk.begun.wait()
    callers = []
    for number, item in enumerate(items, start=1):
        callers.append(Caller(commits, item))
        callers[-1].start()
        while len(commits._queue) < number:
            pass
    disk.go.set()
    for caller in (first, *callers):
        caller.join()
    assert first.outcome == "FIRST"
    return [caller.outcome for caller in callers]


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def commits(disk: Disk) -> GroupCommit[str, str]:
    return GroupCommit(disk.write, most=3)


def test_a_caller_alone_does_not_wait(disk: Disk, commits: GroupCommit[str, str]) -> None:
    assert [commits.append("a"), commits.append("b")] == ["A", "B"]
    assert disk.transactions == [["a"], ["b"]]


def test_callers_that_wait_share_the_next_transaction(disk: Disk, commits: GroupCommit[str, str]) -> None:
    assert together(disk, commits, ["a", "b", "c"]) == ["A", "B", "C"]
    assert disk.transactions == [["first"], ["a", "b", "c"]]


def test_a_transaction_is_never_larger_than_the_most(disk: Disk, commits: GroupCommit[str, str]) -> None:
    assert together(disk, commits, list("abcdefg")) == list("ABCDEFG")
    assert disk.transactions == [["first"], ["a", "b", "c"], ["d", "e", "f"], ["g"]]


def test_one_caller_s_conflict_is_its_own(disk: Disk, commits: GroupCommit[str, str]) -> None:
    a, taken, b = together(disk, commits, ["a", "taken", "b"])
    assert (a, b) == ("A", "B")
    assert isinstance(taken, VersionConflict)
    assert commits.append("after") == "AFTER"


def test_a_failed_transaction_reaches_all_of_its_callers_and_nobody_else(
    disk: Disk, commits: GroupCommit[str, str]
) -> None:
    told = together(disk, commits, ["a", "full", "b", "c"])
    assert [str(error) for error in told[:3]] == ["the disk is full"] * 3
    assert {type(error) for error in told[:3]} == {Unavailable}
    assert len({id(error) for error in told[:3]}) == 3
    assert told[3] == "C"


def test_a_defect_is_told_as_it_is_to_who_met_it_and_as_unavailable_to_the_others(
    disk: Disk, commits: GroupCommit[str, str]
) -> None:
    told = together(disk, commits, ["a", "broken"])
    assert [type(error) for error in told] == [RuntimeError, Unavailable]
    assert "RuntimeError: a defect" in str(told[1])
    assert commits.append("after") == "AFTER"


class SlowDisk(Disk):
    """A disk of a made-up time: every transaction takes four seconds of it."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def write(self, items: Sequence[str]) -> list[str | DealtrailError]:
        self.time += 4
        return super().write(items)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_a_group_is_waited_for_a_quarter_of_what_its_transaction_took_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = SlowDisk()
    monkeypatch.setattr("engine.group_commit.monotonic", lambda: disk.time)
    monkeypatch.setattr("engine.group_commit.sleep", disk.sleep)
    commits = GroupCommit[str, str](disk.write)
    together(disk, commits, ["a", "b", "c"])
    waited = []
    for _ in range(3):
        began = disk.time
        assert commits.append("after") == "AFTER"
        waited.append(disk.time - began - 4)
    assert waited == pytest.approx([1, 0, 0], abs=0.001)


class Interrupted(BaseException):
    """What Ctrl-C does to a waiting thread."""


def test_whoever_is_interrupted_while_it_waits_for_a_group_takes_its_append_back_and_the_next_one_leads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = SlowDisk()
    commits = GroupCommit[str, str](disk.write)
    monkeypatch.setattr("engine.group_commit.monotonic", lambda: disk.time)
    together(disk, commits, ["a", "b", "c"])
    queued: list[Caller] = []

    def interrupt(seconds: float) -> None:
        monkeypatch.setattr("engine.group_commit.sleep", disk.sleep)
        queued.append(Caller(commits, "next"))
        queued[0].start()
        while len(commits._queue) < 2:
            pass
        raise Interrupted

    monkeypatch.setattr("engine.group_commit.sleep", interrupt)
    with pytest.raises(Interrupted):
        commits.append("interrupted")
    queued[0].join(30)
    assert queued[0].outcome == "NEXT"
    assert disk.transactions[2:] == [["next"]]
    assert commits.append("after") == "AFTER"


class InterruptedLock:
    """A lock whose second acquire, the wait, is interrupted: at once, or when the turn has come."""

    def __init__(self, *, when_released: bool) -> None:
        self.released = Event()
        self.released.set()
        self.when_released = when_released

    def acquire(self, blocking: bool = True) -> bool:
        if not blocking or (self.released.is_set() and not hasattr(self, "waits")):
            self.waits = True
            taken = self.released.is_set()
            self.released.clear()
            return taken
        if self.when_released:
            self.released.wait()
        raise Interrupted

    def release(self) -> None:
        self.released.set()


@pytest.mark.parametrize("when_released", [False, True], ids=["while it waits", "when it is its turn"])
def test_an_interrupted_caller_takes_its_append_back_and_the_others_go_on(
    disk: Disk, commits: GroupCommit[str, str], monkeypatch: pytest.MonkeyPatch, when_released: bool
) -> None:
    disk.go.clear()
    first = Caller(commits, "first")
    first.start()
    disk.begun.wait()
    with monkeypatch.context() as patched:
        patched.setattr("engine.group_commit.Lock", lambda: InterruptedLock(when_released=when_released))
        interrupted = Caller(commits, "interrupted")
        interrupted.start()
        while when_released and len(commits._queue) < 1:
            pass
        if not when_released:
            interrupted.join()
    following = Caller(commits, "following")
    following.start()
    while not any(waiting.item == "following" for waiting in list(commits._queue)):
        pass
    disk.go.set()
    for caller in (first, interrupted, following):
        caller.join()
    assert isinstance(interrupted.outcome, Interrupted)
    assert following.outcome == "FOLLOWING"
    assert disk.transactions == [["first"], ["following"]]
    assert commits.append("after") == "AFTER"


def test_an_interrupted_caller_whose_append_was_written_gives_nobody_the_lead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go, interrupted_is_gone = Event(), Event()
    transactions: list[list[str]] = []

    def write(items: Sequence[str]) -> list[str]:
        transactions.append(list(items))
        (interrupted_is_gone if "following" in items else go).wait(30)
        return list(items)

    commits = GroupCommit[str, str](write, most=2)
    callers = {name: Caller(commits, name) for name in ("first", "leads", "lost", "following", "too", "last")}
    for number, (name, caller) in enumerate(callers.items()):
        with monkeypatch.context() as patched:
            if name == "lost":
                patched.setattr("engine.group_commit.Lock", lambda: InterruptedLock(when_released=True))
            caller.start()
            while len(transactions) + len(commits._queue) <= number:
                pass
    go.set()
    callers["lost"].join()
    assert isinstance(callers["lost"].outcome, Interrupted)
    # Whoever had the lead now would write beside the one that has it.
    callers["last"].join(0.1)
    assert transactions == [["first"], ["leads", "lost"], ["following", "too"]]
    interrupted_is_gone.set()
    for caller in callers.values():
        caller.join()
    assert transactions[3:] == [["last"]]
    assert callers["last"].outcome == "last"


def test_busy_stores_stay_busy_for_all(disk: Disk) -> None:
    def write(items: Sequence[str]) -> list[str | DealtrailError]:
        raise StoreBusy("another process holds the store")

    with pytest.raises(StoreBusy, match="another process"):
        GroupCommit(write).append("a")


def test_callers_that_come_again_and_again_share_every_transaction() -> None:
    sizes: list[int] = []

    def write(items: Sequence[int]) -> list[int]:
        sizes.append(len(items))
        sleep(0.05)
        return list(items)

    commits = GroupCommit[int, int](write)

    def act(number: int) -> None:
        for _ in range(8):
            assert commits.append(number) == number

    at_once(8, act)
    assert sum(sizes) == 64
    # One alone and then all the others, in turns, would be sixteen.
    assert len(sizes) <= 14
