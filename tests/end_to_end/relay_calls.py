"""Producers between the relay and kafka-python: one that tells each call, and those that break a promise each."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata, TopicPartition

from consumers.kafka_client import Producer, Sent, new_producer
from engine.settings import Settings

Offsets = Mapping[TopicPartition, OffsetAndMetadata]
Headers = list[tuple[str, bytes]]
Place = Literal["before", "within", "behind"]

Meet = Callable[[str, Place], None]
"""Called before a call of that name is passed on, while it is on its way, and when it has returned."""

Saved = Callable[[int], None]
"""Called when a transaction is committed, with the position that it saved."""

Broken = Literal["", "early", "unasked", "unfenced"]
"""Which promise is broken: none; the position is saved before the records are sent; nobody asks what became of
a record; a new producer fences no older one."""


class Told:
    """Passes every call on, and tells of it."""

    def __init__(self, inner: Producer, meet: Meet, saved: Saved) -> None:
        self._inner, self._meet, self._saved = inner, meet, saved
        self._position = 0

    def init_transactions(self) -> None:
        self._told("init_transactions", self._inner.init_transactions)

    def begin_transaction(self) -> None:
        self._told("begin_transaction", self._inner.begin_transaction)

    def send(
        self, topic: str, value: bytes, key: bytes, headers: Headers, partition: int | None = None
    ) -> Sent:
        sent: Sent = self._told("send", lambda: self._inner.send(topic, value, key, headers, partition))
        return sent

    def flush(self, timeout: float | None = None) -> None:
        self._told("flush", lambda: self._inner.flush(timeout))

    def send_offsets_to_transaction(self, offsets: Offsets, group_metadata: ConsumerGroupMetadata) -> None:
        (self._position,) = (offset.offset for offset in offsets.values())
        self._told(
            "send_offsets_to_transaction",
            lambda: self._inner.send_offsets_to_transaction(offsets, group_metadata),
        )

    def commit_transaction(self) -> None:
        self._told("commit_transaction", self._inner.commit_transaction)
        self._saved(self._position)

    def abort_transaction(self) -> None:
        self._told("abort_transaction", self._inner.abort_transaction)

    def close(self, timeout: float | None = None) -> None:
        self._inner.close(timeout)

    def _told(self, call: str, pass_on: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the call returns
        self._meet(call, "before")
        self._meet(call, "within")
        returned = pass_on()
        self._meet(call, "behind")
        return returned


class Unasked(Told):
    """Gives no answer that could be asked for: kafka-python's errors are seen by nobody."""

    def send(
        self, topic: str, value: bytes, key: bytes, headers: Headers, partition: int | None = None
    ) -> Sent:
        super().send(topic, value, key, headers, partition)
        return _Silent()


class Early(Told):
    """Saves the position in a transaction of its own, before the one with the records."""

    def __init__(self, inner: Producer, meet: Meet, saved: Saved) -> None:
        super().__init__(inner, meet, saved)
        self._kept: list[tuple[str, bytes, bytes, Headers, int | None]] = []

    def send(
        self, topic: str, value: bytes, key: bytes, headers: Headers, partition: int | None = None
    ) -> Sent:
        self._kept.append((topic, value, key, headers, partition))
        return _Silent()

    def commit_transaction(self) -> None:
        super().commit_transaction()
        kept, self._kept = self._kept, []
        if kept:
            self._inner.begin_transaction()
            for record in kept:
                self._inner.send(*record)
            self._inner.flush()
            self._inner.commit_transaction()


class _Silent:
    def get(self, timeout: float | None = None) -> object:
        """Whatever became of it."""
        return None


BREAKING: Mapping[Broken, type[Told]] = {"early": Early, "unasked": Unasked}


def producer(
    settings: Settings, transactional_id: str, broken: Broken, meet: Meet, saved: Saved, **options: object
) -> Producer:
    """A producer as the relay has it that tells its calls, and breaks its promise if it shall."""
    if broken == "unfenced":
        transactional_id = f"{transactional_id}.{os.getpid()}"
    inner = new_producer(settings, transactional_id, **options)
    return BREAKING.get(broken, Told)(inner, meet, saved)
