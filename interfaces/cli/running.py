"""A command that runs until somebody stops it: what it says meanwhile, and the signals that end it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from domain.errors import Unavailable
from interfaces.cli.session import Session

AGAIN = 1.0
"""Seconds within which a second signal is the same wish: some programs send theirs to a process and to its group."""


class Told:
    """Says on stderr what becomes of the read models."""

    def __init__(self, session: Session, *, verbose: bool) -> None:
        self._session = session
        self._verbose = verbose

    def caught_up(self, position: int, seconds: float) -> None:
        """A line for whoever wants one each time."""
        if self._verbose:
            number = self._session.formats.number
            said = self._session.say(
                "caught-up", position=number(position), ms=number(round(1_000 * seconds))
            )
            self._session.tell(said)

    def lost(self, error: Unavailable) -> None:
        """What cannot be used, and that it is tried again."""
        self._session.tell(self._session.say("following-lost", error=error))

    def back(self) -> None:
        """That it works again."""
        self._session.tell(self._session.say("following-back"))


@contextmanager
def stopped_by_signals() -> Iterator[Callable[[], bool]]:
    """Tells inside the block whether somebody wants it to end: SIGINT (Ctrl+C) or SIGTERM.

    Who asks again after a while (AGAIN) does not want to wait: then the process ends at once, as if it were killed.
    """
    asked: list[float] = []

    def remember(number: int, _: FrameType | None) -> None:
        if asked and monotonic() - asked[0] > AGAIN:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        asked.append(monotonic())

    before = {each: signal.signal(each, remember) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
