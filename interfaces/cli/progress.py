"""How far something long has come: a bar on a terminal, a plain line now and then elsewhere."""

import sys
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from interfaces.cli.output import console

if TYPE_CHECKING:  # a bar is imported when it is drawn, which is seldom
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PATIENCE = 2.0
"""Seconds after which people want to know that something happens."""
BETWEEN_LINES = 5.0


class Progress:
    """Called with what is worked on, how much is done and how much there is; shows it on stderr."""

    def __init__(self, title: str, clock: Callable[[], float] = monotonic) -> None:
        self._title = title
        self._clock = clock
        self._began = clock()
        self._told = self._began - BETWEEN_LINES + PATIENCE
        self._console = console(sys.stderr)
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note that `done` of `total` is done of `what`."""
        now = self._clock()
        if now - self._began < PATIENCE:
            return
        if self._console.is_terminal:
            self._draw(what, done, total)
        elif now - self._told >= BETWEEN_LINES:
            self._told = now
            self._console.print(f"{self._title}: {what} {done / max(total, 1):.0%}")

    def _draw(self, what: str, done: int, total: int) -> None:
        if self._bar is None:
            from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=self._console, transient=True)
            self._bar.start()
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(f"{self._title}: {what}", total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)
