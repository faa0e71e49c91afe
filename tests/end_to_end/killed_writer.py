"""A program whose children are killed: threads that give commands and acknowledge each on a pipe.

It reads rounds as JSON lines and forks a child for every process of a round, so that a kill costs a fork and no
start of Python. What a thread does next follows from its number alone: whoever goes on for it repeats it.
"""

import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from subprocess import Popen
from threading import Thread
from time import monotonic
from typing import Literal

from domain.deal.life import ChangeStage, DealOpened, OpenDeal, ReviseAmount
from domain.deal.outcome import LoseDeal, ReopenDeal
from domain.deal.outlook import AddNote, DealNoteAdded
from domain.errors import VersionConflict
from domain.event import Actor, Recorded
from domain.values import Money
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up
from projections.running.views import Views

BY = Actor(id="li.lei")
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
Acknowledge = Callable[[str], None]
Kind = Literal["sound", "hasty", "forgetful", "projecting"]


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a round.

    `sound` writes as promised, `hasty` acknowledges before the commit, `forgetful` repeats without the command id;
    `projecting` runs the read models. Killed `after` so many seconds (None: it does one command a thread and ends),
    counted from the first acknowledgement, or from the start.
    """

    kind: Kind
    name: str
    starts: tuple[int, ...]
    after: float | None
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class Died:
    """What became of a process: the commands that it acknowledged, whether SIGKILL ended it, its last words."""

    name: str
    acknowledged: tuple[str, ...]
    killed: bool
    words: str


def ask(program: Popen[str], settings: Settings, processes: list[Process]) -> list[Died]:
    """Let the running program start these processes on the store, kill them, and tell."""
    asked, answered = program.stdin, program.stdout
    assert asked is not None
    assert answered is not None
    asked.write(json.dumps([settings.model_dump(), [asdict(process) for process in processes]]) + "\n")
    asked.flush()
    return [Died(**told) for told in json.loads(answered.readline())]


def size(nth: int) -> int:
    """How many events a thread's command of that number makes."""
    return 2 + nth * 7 % 40 if nth % 8 == 2 else 1


def carry_out(deals: Deals, thread: str, nth: int, name: str, command_id: str) -> None:
    """A thread's command of that number; every event of it holds `name`."""
    own = deal_id("killed", f"{thread}.{nth // 8}")
    match nth % 8:
        case 0:
            deals.handle(own, OpenDeal(title=name, owner="li.lei"), by=BY, command_id=command_id)
        case 1:
            deals.handle(own, AddNote(text=name), by=BY, command_id=command_id)
        case 2:
            deals.record(batch(thread, nth, name, command_id))
        case 3:
            shared = deal_id("killed", f"shared {nth // 32}")
            opening = OpenDeal(title="shared", owner="li.lei")
            deals.handle(shared, opening, by=BY, command_id=f"open {shared}")
            deals.handle(shared, AddNote(text=name), by=BY, command_id=command_id)
        case 4:
            amount = Money.model_validate({"amount": nth, "currency": "EUR"})
            deals.handle(own, ReviseAmount(amount=amount, note=name), by=BY, command_id=command_id)
        case 5:
            deals.handle(own, ChangeStage(to_stage="meeting", note=name), by=BY, command_id=command_id)
        case 6:
            deals.handle(own, LoseDeal(kind="declined", note=name), by=BY, command_id=command_id)
        case _:
            deals.handle(own, ReopenDeal(reason="timing", note=name), by=BY, command_id=command_id)


def batch(thread: str, nth: int, name: str, command_id: str) -> list[Recorded]:
    """An imported deal: its opening and its notes, one command."""
    opening = DealOpened(title=name, pipeline="standard", pipeline_revision=1)
    stream = deal_id("imported", f"{thread}.{nth} {command_id}")
    return [
        Recorded(
            stream_id=stream,
            version=version,
            occurred_at=BEFORE,
            event=opening if version == 1 else DealNoteAdded(text=name),
            by=BY,
            channel="import:killed",
            command_id=command_id,
        )
        for version in range(1, size(nth) + 1)
    ]


def write(deals: Deals, kind: Kind, thread: str, start: int, *, once: bool, acknowledge: Acknowledge) -> None:
    """Give commands, acknowledging each."""
    for nth in range(start, start + 1) if once else count(start):
        name = f"{thread}.{nth}"
        if kind == "hasty":
            acknowledge(name)
        command_id = f"{name} {os.getpid()}" if kind == "forgetful" else name
        while True:
            try:
                carry_out(deals, thread, nth, name, command_id)
                break
            except VersionConflict:
                continue  # the deal that all share was changed ten times meanwhile
        if kind != "hasty":
            acknowledge(name)


def work(settings: Settings, process: Process, acknowledge: Acknowledge) -> None:
    """Be one process of a round."""
    deals = Deals(settings)
    if process.kind == "projecting":
        with Views.open(deals) as views:
            for turn in count():
                catch_up(views, deals, PROJECTIONS, page=200 - turn * 31 % 200)
                acknowledge("caught up")
    threads = []
    for nth, start in enumerate(process.starts):

        def begin(thread: str = f"{process.name}.{nth}", start: int = start) -> None:
            try:
                once = process.after is None
                write(deals, process.kind, thread, start, once=once, acknowledge=acknowledge)
            except BaseException:  # noqa: BLE001 - its last words, then the whole process ends
                acknowledge(f"! {traceback.format_exc()!r}")
                os._exit(1)

        threads.append(Thread(target=begin))
        threads[-1].start()
    for started in threads:
        started.join()


def forked(settings: Settings, process: Process) -> tuple[int, int]:
    """Start a process: its id, and the pipe on which it acknowledges."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        work(settings, process, lambda name: _say(writing, name))
        status = 0
    except BaseException:  # noqa: BLE001 - its last words
        _say(writing, f"! {traceback.format_exc()!r}")
    finally:
        os._exit(status)


def _say(pipe: int, line: str) -> None:
    os.write(pipe, f"{line}\n".encode())


def play(settings: Settings, processes: list[Process]) -> list[Died]:
    """One round: start all, kill each at its time, and read what each had acknowledged."""
    started = [forked(settings, process) for process in processes]
    now = monotonic()
    deadlines = {
        pipe: now + process.after
        for (_, pipe), process in zip(started, processes, strict=True)
        if process.from_start and process.after is not None
    }
    told = {pipe: b"" for _, pipe in started}
    running = dict(zip(told, zip((pid for pid, _ in started), processes, strict=True), strict=True))
    while running:
        wait = min((deadlines[pipe] for pipe in running if pipe in deadlines), default=now + 60) - monotonic()
        for pipe in select.select(list(running), [], [], max(wait, 0))[0]:
            some = os.read(pipe, 65_536)
            after = running[pipe][1].after
            if not some:
                del running[pipe]
            elif not told[pipe] and after is not None:
                deadlines.setdefault(pipe, monotonic() + after)
            told[pipe] += some
        now = monotonic()
        for pipe, (pid, _) in running.items():
            if deadlines.get(pipe, now + 1) <= now:
                deadlines[pipe] = now + 60
                os.kill(pid, signal.SIGKILL)
    died = []
    for (pid, pipe), process in zip(started, processes, strict=True):
        os.close(pipe)
        status = os.waitpid(pid, 0)[1]
        lines = told[pipe].decode().splitlines()
        words = "".join(line for line in lines if line.startswith("!"))
        acknowledged = tuple(line for line in lines if not line.startswith("!"))
        died.append(Died(process.name, acknowledged, os.WIFSIGNALED(status), words))
    return died


def warm_up() -> None:
    """Do everything once, so that no child spends its short life on building validators and statements."""
    with Deals(Settings(store="memory:")) as deals, Views.open(deals) as views:
        for nth in range(8):
            carry_out(deals, "warm", nth, f"warm.{nth}", f"warm.{nth}")
        catch_up(views, deals, PROJECTIONS)


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        place, asked = json.loads(line)
        dead = play(Settings(**place), [Process(**each) for each in asked])
        print(json.dumps([asdict(each) for each in dead]), flush=True)  # noqa: T201 - the answer
