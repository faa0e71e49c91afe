"""What a running job tells whoever watches it."""

from typing import Protocol

from domain.errors import Unavailable


class Watching(Protocol):
    """Told what becomes of a job's events, after it is recorded; never anything of their contents."""

    def going_on(self, offsets: dict[int, int]) -> None:
        """These partitions fall to this process, each from that offset on."""

    def parked(self, event_id: str, kind: str, reason: str) -> None:
        """An event is set aside, and with it the later ones of its deal. `kind` as in the state's table."""

    def dead_lettered(self, topic: str, partition: int, offset: int, reason: str) -> None:
        """A record is none of dealtrail's events, and was sent to the job's topic of dead letters."""

    def taken_up(self, stream_id: str, left: int) -> None:
        """A parked deal was released and tried again; so many of its events are still parked."""

    def lost(self, error: Unavailable) -> None:
        """Kafka, the state, or what the job needs cannot be used; said once, until it is back."""

    def back(self) -> None:
        """It can be used again."""
