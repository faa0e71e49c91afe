"""Whose turn it is: of all relays of a store, the one that Kafka has given the one partition of their group."""

from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Self

from kafka.errors import KafkaError

from consumers.kafka_client import Consumer, is_stable, new_consumer, reaching
from consumers.relay.names import Names
from engine.settings import Settings

SESSION = 10_000
"""Milliseconds without a sign of life after which another relay gets the turn."""

STUCK = 90_000
"""Milliseconds for which a relay may be busy with one batch before another gets the turn."""

GLANCE = 0.1
"""Seconds between two looks of whoever waits for its turn."""

JOINING = 0.3
"""Seconds that a member listens at least while the group decides. kafka-python (3.0.12) throws away what it was told
between two polls and asks anew: with short ones it could ask for ever."""

UNDISTURBED = 1.0
"""Seconds between two such times of listening while the turn is ours: whoever relays has other things to do."""

CLOSING = 2_000
"""Milliseconds for which a member tries to say that it leaves."""


class Turn:
    """A member of the group of relays, as long as the block runs.

    It says who should relay, not who may: two that believe it is theirs are told apart by their transactions.
    """

    def __init__(self, settings: Settings, names: Names) -> None:
        self._settings = settings
        self._names = names
        self._listened = -UNDISTURBED

    def __enter__(self) -> Self:
        self._consumer: Consumer = new_consumer(
            self._settings,
            self._names.leaders,
            session_timeout_ms=SESSION,
            heartbeat_interval_ms=SESSION // 4,
            max_poll_interval_ms=STUCK,
        )
        try:
            self._consumer.subscribe([self._names.turn.topic])
            with reaching(self._settings):
                # Whoever joins a group before it knows the topic hands out none of its partitions, for minutes; and
                # whoever hears of it before it subscribes takes it for new later, and has the group decide again.
                self._consumer.beginning_offsets([self._names.turn])
        except BaseException:
            self._consumer.close(autocommit=False, timeout_ms=CLOSING)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # It leaves the group, so that the next relay need not wait. Where that cannot be said, silence says it.
        with suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=CLOSING)

    def is_ours(self, seconds: float = 0.0) -> bool:
        """Whether it is our turn, now or within so many seconds. To be asked at least every STUCK milliseconds."""
        end = monotonic() + seconds
        with reaching(self._settings):
            while True:
                left = max(0.0, end - monotonic())
                wait = min(left, GLANCE) if is_stable(self._consumer) else JOINING
                self._consumer.poll(int(1_000 * wait))
                self._listened = monotonic()
                if self._names.turn in self._consumer.assignment():
                    return True
                if left == 0:
                    return False

    def is_still_ours(self) -> bool:
        """Whether the turn that we had is ours. While the group decides, it is listened to only now and then."""
        deciding = not is_stable(self._consumer) and self._names.turn in self._consumer.assignment()
        return (deciding and monotonic() - self._listened < UNDISTURBED) or self.is_ours()

    def is_another_s(self) -> bool:
        """Whether another member of the group has the turn."""
        return is_stable(self._consumer) and self._names.turn not in self._consumer.assignment()
