"""Events that an importer made ready, recorded in batches that never split a row."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

from domain.errors import DealtrailError
from domain.event import Recorded
from engine.deals import Deals
from engine.log import LogEntry
from interfaces.importing.report import ImportReport

BATCH = 1_000
"""Events in a transaction, and then the rest of the row that reached it."""

READY_BATCH = 6_000
"""The same of entries that are ready: they are written in some 40 ms, for which other writers wait."""

Ready = TypeVar("Ready", Recorded, LogEntry)


class Batches(Generic[Ready]):
    """Takes rows of ready events and records them about a thousand at a time, in order.

    What is left is recorded when the block ends without an error; else the error says, in a note, what stays.
    Every event must carry its version, and a `command_id` that is its alone (`own_command_id`). A killed
    import has recorded whole batches: the importer recognises their `line_key`s when it runs again.
    """

    def __init__(
        self, record: Callable[[Sequence[Ready]], object], report: ImportReport, *, batch: int = BATCH
    ) -> None:
        self._record: Callable[[Sequence[Ready]], object] = record
        self._report = report
        self._batch = batch
        self._waiting: list[Ready] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.flush()
        except DealtrailError as failed:
            self._add_what_stands(failed)
            raise
        if isinstance(error, DealtrailError):
            self._add_what_stands(error)

    def add(self, row: Sequence[Ready]) -> None:
        """Record the events of one row, in one transaction. Conflict where somebody else was first."""
        self._waiting.extend(row)
        if len(self._waiting) >= self._batch:
            self.flush()

    def flush(self) -> None:
        """Record what waits; with a check it is only counted."""
        if self._waiting and not self._report.checked:
            self._record(self._waiting)
        self._report.recorded += len(self._waiting)
        self._waiting = []

    def _add_what_stands(self, error: DealtrailError) -> None:
        """What failed recorded nothing; what came before it did."""
        recorded = self._report.recorded
        if recorded and not self._report.checked:
            error.add_note(
                f"Before that, this import recorded {recorded:,} event{'s' * (recorded > 1)}, which stay: "
                "give the same import again, and it goes on from there."
            )


class Recording(Batches[Recorded]):
    """Batches of events; BadInput for one that lies more than five minutes ahead."""

    def __init__(self, deals: Deals, report: ImportReport, *, batch: int = BATCH) -> None:
        super().__init__(deals.record, report, batch=batch)


class ReadyRecording(Batches[LogEntry]):
    """Batches of entries whose times were checked when they were read: large ones."""

    def __init__(self, deals: Deals, report: ImportReport, *, batch: int = READY_BATCH) -> None:
        super().__init__(deals.store.append, report, batch=batch)


def own_command_id(event_id: str) -> str:
    """The command id of an imported event, of which there is one event alone: made from its event id."""
    return f"import:{event_id}"
