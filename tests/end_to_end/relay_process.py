"""A relay in a process of its own that dies, freezes or waits at a named point of its work."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from random import Random
from threading import Event, Timer
from time import monotonic, sleep
from types import TracebackType
from typing import Literal, Self

from consumers.kafka_client import Producer
from consumers.relay.relay import run_relay
from domain.errors import DealtrailError, Unavailable
from engine.deals import Deals
from engine.settings import Settings
from tests.end_to_end.relay_calls import Broken, Place, producer

POINTS: dict[str, tuple[str, Place]] = {
    "not known yet": ("init_transactions", "before"),
    "making itself known": ("init_transactions", "within"),
    "known": ("init_transactions", "behind"),
    "read": ("begin_transaction", "before"),
    "begun": ("begin_transaction", "behind"),
    "sending": ("send", "behind"),
    "sent": ("flush", "before"),
    "flushing": ("flush", "within"),
    "flushed": ("flush", "behind"),
    "answers asked for": ("send_offsets_to_transaction", "before"),
    "saving the position": ("send_offsets_to_transaction", "within"),
    "position saved": ("send_offsets_to_transaction", "behind"),
    "committing": ("commit_transaction", "within"),
    "committed": ("commit_transaction", "behind"),
}
"""Before which call, while it is on its way, or when it has returned."""

PATIENCE = 60.0
"""Seconds after which a process that says nothing has failed."""

Act = Literal["die", "freeze", "wait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a relay does at which point: on its `nth` way past it (None: it goes on until it is told to stop).

    `sending` is passed by once a record, some points once a batch, the ends of a transaction once more before the
    first batch: there the position is committed again. `then` is where it waits once more. `options` are of
    kafka-python's producer.
    """

    point: str | None = None
    nth: int = 1
    act: Act = "die"
    then: str | None = None
    broken: Broken = ""
    batch: int = 50
    seed: int = 0
    options: Mapping[str, object] = field(default_factory=dict)


class Relay:
    """The test's side of such a process; a context manager that leaves nothing running behind."""

    def __init__(self, settings: Settings, plan: Plan) -> None:
        mine, its = FORKED.Pipe()
        self._said = mine
        self._process = FORKED.Process(target=_live, args=(settings, plan, its), daemon=True)
        self._process.start()
        its.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._said.close()

    def hears(self, *words: str) -> str:
        """Wait until the process says one of these, and what it says then."""
        deadline = monotonic() + PATIENCE
        heard = []
        with suppress(EOFError, ConnectionResetError):
            while self._said.poll(max(deadline - monotonic(), 0)):
                heard.append(self._said.recv())
                if any(heard[-1].startswith(word) for word in words):
                    return str(heard[-1])
        raise AssertionError(f"waited for {' or '.join(words)}, and heard {heard[-20:]}")

    def committed(self, position: int) -> None:
        """Wait until it has committed everything up to that position."""
        while int(self.hears("committed").split()[1]) < position:
            pass

    def go_on(self) -> None:
        """Let it go on that waits at its point."""
        self._said.send("go on")

    def freeze(self) -> None:
        """SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def lives(self, seconds: float) -> None:
        """SIGKILL after so many seconds."""
        sleep(seconds)
        self.kill()

    def kill(self) -> None:
        """SIGKILL; returns when it is gone."""
        self._process.kill()
        self._process.join()

    def stop(self) -> int:
        """Ask it to end as an operator does, and the code that it ends with."""
        self._process.terminate()
        return self.ended()

    def ended(self) -> int:
        """Wait for its end: the code that it ends with, -9 where SIGKILL ended it."""
        self._process.join(PATIENCE)
        code = self._process.exitcode
        assert code is not None, "it does not end"
        return code

    def _signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)


class _Life:
    """What happens to a relay on its way, told to the test."""

    def __init__(self, plan: Plan, said: Connection) -> None:
        self._plan, self._said = plan, said
        self._point = POINTS.get(plan.point or "")
        self._chance = Random(plan.seed)
        self._left, self._then = plan.nth, plan.then

    def meet(self, call: str, place: Place) -> None:
        """What happens at this point, if anything."""
        if (call, place) == self._point:
            self._left -= 1
            if self._left == 0:
                self._point, self._left, self._then = POINTS.get(self._then or ""), 1, None
                self._act(place)

    def saved(self, position: int) -> None:
        """A transaction was committed."""
        self.say(f"committed {position}")

    def say(self, words: str) -> None:
        """Tell the test, if it still listens."""
        with suppress(OSError):
            self._said.send(words)

    def _act(self, place: Place) -> None:
        number = signal.SIGSTOP if self._plan.act == "freeze" else signal.SIGKILL
        if self._plan.act == "wait":
            self.say("waiting")
            self._said.recv()
        elif place == "within":
            # While the call is on its way: to the broker and back it takes some milliseconds.
            self.say("here")
            ending = Timer(self._chance.uniform(0, 0.012), os.kill, (os.getpid(), number))
            ending.start()
        else:
            # What was sent just now may have left, or not.
            sleep(self._chance.choice((0, 0, 0.01, 0.03)))
            self.say("here")
            os.kill(os.getpid(), number)


class _Watching:
    """Tells the test what the relay tells whoever runs it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def waiting(self) -> None:
        self._say("stands by")

    def began(self, position: int) -> None:
        self._say(f"began behind {position}")

    def relayed(self, position: int, events: int, seconds: float) -> None:
        self._say(f"relayed up to {position}")

    def overtaken(self, why: str) -> None:
        self._say(f"overtaken: {why}")

    def lost(self, error: Unavailable) -> None:
        self._say(f"lost: {error}")

    def back(self) -> None:
        self._say("back")


def _live(settings: Settings, plan: Plan, said: Connection) -> None:
    """Be the relay."""
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    life = _Life(plan, said)

    def producers(settings: Settings, transactional_id: str) -> Producer:
        return producer(settings, transactional_id, plan.broken, life.meet, life.saved, **plan.options)

    try:
        with Deals(settings) as deals:
            run_relay(
                deals,
                stopped.is_set,
                _Watching(life.say),
                batch=plan.batch,
                interval=0.1,
                producers=producers,
            )
    except DealtrailError as error:
        life.say(f"{type(error).__name__}: {error}")
        sys.exit(1)


FORKED = get_context("forkserver")
"""Its processes are forked from one that has imported all this: a kill costs no start of Python."""

FORKED.set_forkserver_preload([__name__])
