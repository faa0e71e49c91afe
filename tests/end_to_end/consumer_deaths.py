"""Named points at which a consumer's process kills itself."""

import os
import signal
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from kafka.consumer.subscription_state import ConsumerRebalanceListener
from sqlalchemy import Engine, event

from consumers.job import Job
from consumers.kafka_client import Consumer, Producer, Sent, new_consumer, new_producer
from domain.event import Recorded
from engine.settings import Settings

POINTS = (
    "after poll",
    "in the job",
    "before the database commit",
    "between the commits",
    "after the offset commit",
    "before parking",
    "while parking",
    "while a deal is taken up",
    "before a dead letter",
    "after a dead letter",
)
"""All but those of a rebalance: "before revoking", "after revoking"."""


class Death:
    """Kills this process with SIGKILL when it comes to a point for the nth time. `recorded`: it has had effects."""

    def __init__(self, point: str | None, nth: int) -> None:
        self._point, self._left = point, nth
        self.recorded = False

    def at(self, point: str) -> None:
        """The process has come to that point."""
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def deadly_job(job: Job, death: Death) -> Job:
    """The job, which may die when it has done an event and nothing is recorded."""
    done = job.on_event
    assert done is not None

    def note(recorded: Recorded, connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        done(recorded, connection)
        connection.info["effects"] = True
        death.at("in the job")

    return Job(name=job.name, on_event=note, tables=job.tables)


def deadly_database(engine: Engine, death: Death) -> None:
    """The database's statements at which a process may die."""

    def commit(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if connection.info.pop("effects", False):
            death.at("before the database commit")
            death.recorded = True

    def before(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO consumer_parked"):
            death.at("before parking")

    def after(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO consumer_parked"):
            death.at("while parking")
        if statement.startswith("DELETE FROM consumer_parked"):
            death.at("while a deal is taken up")

    event.listen(engine, "commit", commit)
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)


def deadly_consumers(death: Death, **chosen: object) -> Callable[..., Consumer]:
    """What makes consumers with these options whose process may die in their calls."""

    def made(settings: Settings, group: str, **options: object) -> Any:  # noqa: ANN401 - a Consumer
        return _DeadlyConsumer(new_consumer(settings, group, **{**options, **chosen}), death)

    return made


def deadly_producers(death: Death) -> Callable[[Settings], Producer]:
    """What makes producers whose process may die when they send."""

    def made(settings: Settings) -> Any:  # noqa: ANN401 - a Producer
        return _DeadlyProducer(new_producer(settings), death)

    return made


class _DeadlyConsumer:
    def __init__(self, consumer: Consumer, death: Death) -> None:
        self._consumer, self._death = consumer, death

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what is not below
        return getattr(self._consumer, name)

    def subscribe(self, topics: Sequence[str], *, listener: Any) -> None:  # noqa: ANN401 - kafka-python's
        self._consumer.subscribe(topics, listener=_DeadlyListener(listener, self._death))

    def poll(self, *arguments: Any) -> Mapping[Any, Any]:  # noqa: ANN401 - as it comes
        came = self._consumer.poll(*arguments)
        if came:
            self._death.at("after poll")
        return came

    def commit(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - as it comes
        # Offsets are committed too where partitions arrive, and nothing is done yet.
        if self._death.recorded:
            self._death.at("between the commits")
        self._consumer.commit(*arguments, **keywords)
        if self._death.recorded:
            self._death.at("after the offset commit")


class _DeadlyListener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, listener: Any, death: Death) -> None:  # noqa: ANN401 - kafka-python's
        self._listener, self._death = listener, death

    def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        self._listener.on_partitions_assigned(assigned)

    def on_partitions_revoked(self, revoked: Collection[Any]) -> None:
        if revoked:
            self._death.at("before revoking")
        self._listener.on_partitions_revoked(revoked)
        if revoked:
            self._death.at("after revoking")

    def on_partitions_lost(self, lost: Collection[Any]) -> None:
        self._listener.on_partitions_lost(lost)


class _DeadlyProducer:
    def __init__(self, producer: Producer, death: Death) -> None:
        self._producer, self._death = producer, death

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what is not below
        return getattr(self._producer, name)

    def send(self, *arguments: Any) -> Sent:  # noqa: ANN401 - as it comes
        self._death.at("before a dead letter")
        return self._producer.send(*arguments)

    def close(self, timeout: float | None = None) -> None:
        self._producer.close(timeout=timeout)

    def flush(self, timeout: float | None = None) -> None:
        self._producer.flush(timeout)
        self._death.at("after a dead letter")
