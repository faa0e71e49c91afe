"""Group commit: appends that wait at the same time go into one transaction.

Leader and followers, without a thread of its own: a caller that finds nobody writing leads at
once, alone, without waiting. Those who come while it writes queue up; when it is done the first of
them leads the next transaction, for all who queue by then. A caller has one append in the queue
and waits for it, so the queue is never longer than there are callers.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from domain.errors import DealtrailError, Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_ITEMS = 256
"""Appends in one transaction; the rest goes into the next."""


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

    def append(self, item: Item) -> Result:
        """Write `item`, perhaps together with others; its own result, or its own error raised.

        An error of the whole transaction is raised to every caller in it.
        """
        with self._mutex:
            mine = _Waiting[Item, Result](item) if self._led else None
            if mine is not None:
                self._queue.append(mine)
            self._led = True
        if mine is None:
            return self._write_alone(item)
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
            self._pass_on()
            for waiting in together[1:]:
                waiting.turn.release()

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
