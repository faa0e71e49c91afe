"""Writers that give every command until they know that it is recorded, whatever happens to their store."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from threading import Event, Lock, Thread
from time import sleep
from uuid import UUID

from domain.errors import CommandReused, Unavailable
from engine.log import Log, LogEntry
from engine.verify import verify
from tests.end_to_end.racer import entries, opened


class Persistent:
    """Writers in threads that give every command until they know that it is recorded."""

    def __init__(self, store: str, seconds: float, sizes: Sequence[int] = (1, 1, 1, 2, 30)) -> None:
        self._store = store
        self._seconds = seconds
        self._sizes = sizes
        self._stop = Event()
        self._counting = Lock()
        self._threads = [Thread(target=self._write, args=(number,)) for number in range(4)]
        self.recorded: dict[str, int] = {}
        self.asked_again = 0
        self.errors: list[BaseException] = []

    def run(self, trouble: Callable[[], None]) -> None:
        """Write, with the trouble beside it, until that is over."""
        for thread in self._threads:
            thread.start()
        try:
            trouble()
            sleep(self._seconds)
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()
        if self.errors:
            raise self.errors[0]

    def check(self, log: Log) -> int:
        """Every command is there once and whole, and nothing else is; how many events that are."""
        head = verify(log)
        found = Counter(row.command_id for row in log.rows(0, 10**7))
        assert dict(found) == self.recorded
        assert head.position == sum(self.recorded.values())
        return head.position

    def _write(self, number: int) -> None:
        try:
            log = opened(self._store)
            chance = Random(number)
            stream, version = UUID(int=(number << 76) + (7 << 62)), 1
            while not self._stop.is_set():
                count = chance.choice(self._sizes)
                self._record(log, entries(stream, version, count, f"{number}:{version}"))
                version += count
            log.close()
        except BaseException as error:  # noqa: BLE001 - raised in the test's own thread
            self.errors.append(error)

    def _record(self, log: Log, batch: Sequence[LogEntry]) -> None:
        left_open = False
        for _ in range(1_000):
            try:
                log.append(batch)
            except Unavailable as error:
                left_open |= "Nothing was recorded" not in str(error)
                with self._counting:
                    self.asked_again += 1
                sleep(0.05)
                continue
            except CommandReused:
                assert left_open, "it was told that nothing was recorded"
            with self._counting:
                self.recorded[batch[0].command_id] = len(batch)
            return
        raise AssertionError("the store did not come back")
