"""kafka-python's producer with an end to every wait, made to be dropped at the first failure.

It reaches into kafka-python 3.0, which has no settings for this; tests/consumers/relay notice when that changes.
"""

from collections.abc import Mapping
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

ENDING = 5.0
"""Seconds that a producer's own thread has to end once it was told to."""


class BoundedProducer(KafkaProducer):  # type: ignore[misc]
    """A producer for whoever drops it and builds a new one when anything fails.

    `send_offsets_to_transaction`, `commit_transaction` and `abort_transaction` raise KafkaTimeoutError where
    there is no answer within `delivery_timeout_ms`: what became of the transaction is not known then.
    `close(timeout=0)` ends it at once, whatever was on its way.
    """

    def send_offsets_to_transaction(
        self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group_metadata: ConsumerGroupMetadata
    ) -> None:
        """As in kafka-python, but not for ever."""
        self._answered(self._transaction_manager.send_offsets_to_transaction(offsets, group_metadata))

    def commit_transaction(self) -> None:
        """As in kafka-python, but not for ever."""
        self._answered(self._transaction_manager.begin_commit())

    def abort_transaction(self) -> None:
        """As in kafka-python, but not for ever."""
        self._answered(self._transaction_manager.begin_abort())

    def close(self, timeout: float | None = None, null_logger: bool = False) -> None:  # noqa: FBT001, FBT002 - kafka-python's
        """As in kafka-python, but with a timeout of 0 its thread is ended without asking what it still has."""
        if timeout == 0 and not self._closed:
            self._sender.force_close()
            self._sender.join(ENDING)
            timeout = ENDING
        super().close(timeout, null_logger)

    def _answered(self, result: Any) -> None:  # noqa: ANN401 - kafka-python's, without types
        self._sender.wakeup()
        within = self.config["delivery_timeout_ms"]
        if not result.wait(timeout_ms=within):
            raise KafkaTimeoutError(f"no answer within {within / 1_000:g} seconds")
