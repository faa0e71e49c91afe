"""What runs beside a job, in a thread of its own."""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from consumers.job import Job
from domain.errors import Unavailable

ENDING = 30.0
"""Seconds that it has to end when it is told to."""


class Alongside:
    """A job's thread, as long as the block runs; a job without one has nothing to be looked after."""

    def __init__(self, job: Job, engine: Engine) -> None:
        self._job, self._engine = job, engine
        self._ended = Event()
        self._error: BaseException | None = None
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        if self._job.alongside is not None:
            self._thread = Thread(
                target=self._run, args=(self._job.alongside,), name="alongside", daemon=True
            )
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(ENDING)
            if error is None and self._error is not None:
                raise self._error

    def check(self) -> None:
        """Its error where it died; Unavailable where it ended though nobody told it to."""
        if self._thread is None or self._thread.is_alive():
            return
        if self._error is not None:
            raise self._error
        raise Unavailable(
            f"What runs beside the job {self._job.name!r} has ended by itself. Start the job again."
        )

    def _run(self, alongside: Callable[[Engine, Callable[[], bool]], None]) -> None:
        try:
            alongside(self._engine, self._ended.is_set)
        except BaseException as error:  # noqa: BLE001 - it is raised again where somebody sees it
            self._error = error
