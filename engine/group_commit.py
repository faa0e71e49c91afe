"""Group commit: appends that wait at the same time go into one transaction.

Leader and followers, without a thread of its own: a caller that finds nobody writing leads at
once, alone, without waiting. Those who come while it writes queue up; when it is done the first of
them leads the next transaction, for all who queue by then. A caller has one append in the queue
and waits for it, so the queue is never longer than there are callers.

Those whose transaction is done are about to come again. Whoever writes after a transaction of several
waits for as many, for a part of what it took at most: else one would write alone, then all others, in turns.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic, sleep
from typing import Generic, TypeVar

from domain.errors import DealtrailError, Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_ITEMS = 256
"""Appends in one transaction; the rest goes into the next."""


PATIENCE = 0.25
"""For how much of the time that the last transaction took its callers are waited for."""

BREATH = 0.000_05
"""Seconds between two looks whether they are there."""


class _Waiting(Generic[Item, Result]):
    """One caller's append: what it wants, and what became of it."""

    __slots__ = ("item", "outcome", "turn")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.outcome: Result | BaseException | None = None
        self.turn = Lock()
        self.turn.acquire()


class GroupCommit(Generic[Item, Result]):
    """Gathers the items of many threads for `write`, which answers each with its result or its error."""

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result | DealtrailError]],
        *,
        most: int = MOST_ITEMS,
    ) -> None:
        self._write = write
        self._most = most
        self._mutex = Lock()
        self._queue: deque[_Waiting[Item, Result]] = deque()
        self._led = False
        self._last_size = 1
        self._last_took = 0.0

    def append(self, item: Item) -> Result:
        """Write `item`, perhaps together with others; its own result, or its own error raised.

        An error of the whole transaction is raised to every caller in it.
        """
        with self._mutex:
            alone = not self._led and self._last_size == 1
            mine = None if alone else _Waiting[Item, Result](item)
            leads = not self._led
            if mine is not None:
                self._queue.append(mine)
            self._led = True
        if mine is None:
            return self._write_alone(item)
        if not leads:
            self._wait(mine)
        if mine.outcome is None:
            self._lead()
        outcome = mine.outcome
        if outcome is None or isinstance(outcome, BaseException):
            raise outcome or AssertionError("a led transaction leaves every outcome")
        return outcome

    def _write_alone(self, item: Item) -> Result:
        """Nobody writes and nobody waits: no queue is needed. Those who come meanwhile wait for the next."""
        try:
            (outcome,) = self._write((item,))
        finally:
            self._pass_on()
        if isinstance(outcome, DealtrailError):
            raise outcome
        return outcome

    def _wait(self, mine: _Waiting[Item, Result]) -> None:
        """Until the outcome is there, or it is this caller's turn to lead."""
        try:
            mine.turn.acquire()
        except BaseException:
            self._leave(mine)
            raise

    def _lead(self) -> None:
        """Write what waits, pass the lead on, and give the others their outcomes."""
        try:
            self._gather()
        except BaseException:
            # Interrupted: the append is taken back, and the next one leads.
            with self._mutex:
                self._queue.popleft()
            self._pass_on()
            raise
        began = monotonic()
        with self._mutex:
            together = [self._queue.popleft() for _ in range(min(len(self._queue), self._most))]
        try:
            outcomes = self._write([waiting.item for waiting in together])
            for waiting, outcome in zip(together, outcomes, strict=True):
                waiting.outcome = outcome
        except BaseException as error:  # noqa: BLE001 - each caller in the transaction raises it
            for waiting in together:
                waiting.outcome = _own(error)
            together[0].outcome = error
        finally:
            self._last_size, self._last_took = len(together), monotonic() - began
            self._pass_on()
            for waiting in together[1:]:
                waiting.turn.release()

    def _gather(self) -> None:
        """Let those come again who were in the last transaction."""
        expected = min(self._last_size, self._most)
        deadline = monotonic() + self._last_took * PATIENCE
        while len(self._queue) < expected and monotonic() < deadline:
            sleep(BREATH)

    def _pass_on(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue[0].turn.release()
            else:
                self._led = False

    def _leave(self, mine: _Waiting[Item, Result]) -> None:
        """An interrupted caller takes its append back if nobody has begun to write it."""
        with self._mutex:
            appointed = mine.turn.acquire(blocking=False) and mine.outcome is None
            if mine in self._queue:
                self._queue.remove(mine)
        if appointed:
            self._pass_on()


def _own(error: BaseException) -> BaseException:
    """The error of a transaction, once more for each caller: threads do not share a traceback."""
    if isinstance(error, DealtrailError):
        return type(error)(*error.args)
    return Unavailable(
        f"The transaction that this append was in failed ({type(error).__name__}: {error}). "
        "Look whether it was recorded, or try again with the same command id."
    )
