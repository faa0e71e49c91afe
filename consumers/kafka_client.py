"""kafka-python behind the few methods that are used of it, with settings that neither lose nor double."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

from kafka import KafkaAdminClient, KafkaConsumer
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import FencedInstanceIdError, KafkaError
from kafka.net.compat import KafkaNetClient
from kafka.protocol.metadata import MetadataRequest
from kafka.structs import ConsumerGroupMetadata, MemberState, OffsetAndMetadata, TopicPartition

from consumers.bounded_producer import BoundedProducer
from domain.errors import Unavailable
from engine.settings import Settings

CONNECTING = 5_000
"""Milliseconds after which a broker that cannot be reached is given up; whoever asked tries again."""

AGAIN = 20
"""Milliseconds before a producer repeats a request. A transaction that begins right behind another is told to wait
until that one is ended, which takes a few: Kafka's own producer waits 20, kafka-python (3.0.12) its default of 100."""

LARGEST_REQUEST = 64 * 1024 * 1024
"""Bytes of the largest record that a producer gives to Kafka; what is too large for its topic, Kafka says."""


class Record(Protocol):
    """One record as a consumer gets it; key and value are bytes as they were sent."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Sent(Protocol):
    """What becomes of a record that was given to a producer."""

    def get(self, timeout: float | None = None) -> object:
        """Wait for the broker's answer; raises the error where it refused the record."""


class Producer(Protocol):
    """Sends records; a transactional one sends them and a source position together or not at all."""

    def init_transactions(self) -> None: ...
    def begin_transaction(self) -> None: ...
    def send(
        self,
        topic: str,
        value: bytes,
        key: bytes,
        headers: list[tuple[str, bytes]],
        partition: int | None = None,
    ) -> Sent: ...
    def flush(self, timeout: float | None = None) -> None: ...
    def send_offsets_to_transaction(
        self, offsets: Mapping[TopicPartition, OffsetAndMetadata], group_metadata: ConsumerGroupMetadata
    ) -> None: ...
    def commit_transaction(self) -> None: ...
    def abort_transaction(self) -> None: ...
    def close(self, timeout: float | None = None) -> None: ...


class Consumer(Protocol):
    """Reads records, with or without a group."""

    def subscribe(self, topics: Sequence[str], listener: object = None) -> None: ...
    def assign(self, partitions: Sequence[TopicPartition]) -> None: ...
    def assignment(self) -> set[TopicPartition]: ...
    def poll(
        self, timeout_ms: int = 0, max_records: int | None = None
    ) -> Mapping[TopicPartition, Sequence[Record]]: ...
    def commit(
        self, offsets: Mapping[TopicPartition, OffsetAndMetadata] | None = None, timeout_ms: int | None = None
    ) -> None: ...
    def remembered(
        self, partitions: Sequence[TopicPartition], timeout_ms: int
    ) -> Mapping[TopicPartition, OffsetAndMetadata]: ...
    def group_metadata(self) -> ConsumerGroupMetadata: ...
    def share_anew(self) -> None: ...
    def is_sharing(self) -> bool: ...
    def partitions_for_topic(self, topic: str) -> set[int]: ...
    def position(self, partition: TopicPartition) -> int: ...
    def seek(self, partition: TopicPartition, offset: int) -> None: ...
    def seek_to_beginning(self, *partitions: TopicPartition) -> None: ...
    def seek_to_end(self, *partitions: TopicPartition) -> None: ...
    def pause(self, *partitions: TopicPartition) -> None: ...
    def resume(self, *partitions: TopicPartition) -> None: ...
    def paused(self) -> set[TopicPartition]: ...
    def beginning_offsets(self, partitions: Iterable[TopicPartition]) -> Mapping[TopicPartition, int]: ...
    def end_offsets(
        self, partitions: Iterable[TopicPartition], timeout_ms: int | None = None
    ) -> Mapping[TopicPartition, int]: ...
    def offsets_for_times(self, timestamps: Mapping[TopicPartition, int]) -> Mapping[TopicPartition, Any]: ...
    def close(self, autocommit: bool = True, timeout_ms: int | None = None) -> None: ...  # noqa: FBT001, FBT002 - kafka-python's


def new_producer(settings: Settings, transactional_id: str | None = None, **options: object) -> Producer:
    """A producer that waits for all replicas; with an id it is transactional.

    It gives up soon where a broker is away: whoever uses it drops it then and builds a new one.
    """
    chosen: dict[str, object] = {
        "metrics_enabled": False,
        "enable_idempotence": True,
        "acks": "all",
        "compression_type": "lz4",
        "batch_size": 262_144,
        "max_request_size": LARGEST_REQUEST,
        "linger_ms": 5,
        "allow_auto_create_topics": False,
        "max_block_ms": CONNECTING,
        "bootstrap_timeout_ms": CONNECTING,
        "request_timeout_ms": 10_000,
        "delivery_timeout_ms": 20_000,
        "retry_backoff_ms": AGAIN,
        "transactional_id": transactional_id,
        **options,
    }
    with reaching(settings), _connecting() as client:
        return cast("Producer", BoundedProducer(**_place(settings), kafka_client=client, **chosen))


def new_consumer(settings: Settings, group: str | None = None, **options: object) -> Consumer:
    """A consumer that sees what was committed only, starts at the beginning, and commits when it is told to.

    Values come as bytes: what cannot be decoded is nobody's business but ours.
    """
    chosen: dict[str, object] = {
        "metrics_enabled": False,
        "isolation_level": "read_committed",
        "auto_offset_reset": "earliest",
        "enable_auto_commit": False,
        "allow_auto_create_topics": False,
        "partition_assignment_strategy": (CooperativeStickyAssignor,),
        "bootstrap_timeout_ms": CONNECTING,
        "request_timeout_ms": 10_000,
        "group_id": group,
        **options,
    }
    with reaching(settings), _connecting() as client:
        return cast("Consumer", _Mended(**_place(settings), kafka_client=client, **chosen))


class _Mended(KafkaConsumer):  # type: ignore[misc]
    """What kafka-python (3.0.12) would pass over in silence does not last here."""

    def poll(self, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as kafka-python has it
        """Records; FencedInstanceIdError where the group has another member of our name.

        A partition that was paused with records in hand is taken up again by kafka-python only where it holds no
        other partition's records, and it counts records that were all given out as held: the partition would get
        nothing more, for ever.
        """
        fetcher = self._fetcher
        if fetcher._next_partition_records is not None and not fetcher._next_partition_records:  # noqa: SLF001
            fetcher._next_partition_records = None  # noqa: SLF001
        records = super().poll(*arguments, **keywords)
        # Where a heartbeat is told so, kafka-python ends the heartbeats and nothing else.
        name = self.config["group_instance_id"]
        if name is not None and is_stable(self) and not self._coordinator._heartbeat_enabled:  # noqa: SLF001
            raise FencedInstanceIdError(name)
        return records

    def partitions_for_topic(self, topic: str) -> set[int]:
        """The partitions of a topic; none where it is not there. kafka-python (3.0.12) would ask for all topics."""
        known: set[int] | None = self._cluster.partitions_for_topic(topic)
        return self._net.run(self._asked_for, topic) if known is None else known

    async def _asked_for(self, topic: str) -> set[int]:
        asked = [MetadataRequest.MetadataRequestTopic(name=topic)]
        answer = await self._manager.send(MetadataRequest(topics=asked, allow_auto_topic_creation=False))
        return {each.partition_index for found in answer.topics for each in found.partitions}

    def remembered(
        self, partitions: Sequence[TopicPartition], timeout_ms: int
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        """What the group has committed in those of these partitions where it has: in one request, not one for each."""
        found: Mapping[TopicPartition, OffsetAndMetadata] = self._coordinator.fetch_committed_offsets(
            partitions, timeout_ms
        )
        return found

    def share_anew(self) -> None:
        """Have the group share out its partitions again with the next poll; everybody keeps what stays his."""
        self._coordinator.request_rejoin()

    def is_sharing(self) -> bool:
        """Whether the group shares out its partitions now, or will with the next poll: then that must not be short."""
        return bool(self._coordinator.need_rejoin())


def is_stable(consumer: Consumer) -> bool:
    """Whether the consumer's group has shared out its partitions, as far as we know."""
    # kafka-python (3.0.12) still says so when it has been told to join again, and has not begun to.
    return bool(consumer.group_metadata().state == MemberState.STABLE and not consumer.is_sharing())


@contextmanager
def administering(settings: Settings) -> Iterator[KafkaAdminClient]:
    """kafka-python's client for topics and groups, as long as the block runs."""
    with reaching(settings):
        chosen = {"bootstrap_timeout_ms": CONNECTING, "request_timeout_ms": 10_000}
        with _connecting() as client:
            admin = KafkaAdminClient(**_place(settings), kafka_client=client, **chosen)
        try:
            yield admin
        finally:
            admin.close()


@contextmanager
def reaching(settings: Settings) -> Iterator[None]:
    """kafka-python's errors as Unavailable, with what to try."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Unavailable(
            f"Kafka at {settings.kafka} cannot be used now ({told(error)}). Try again, or look at DEALTRAIL_KAFKA, "
            "at the brokers, and at the rights of the user there."
        ) from error


def told(error: BaseException) -> str:
    """An error of kafka-python in one line."""
    first = str(error).strip().splitlines()
    name = type(error).__name__
    return f"{name}: {first[0]}" if first and name not in first[0] else (first[0] if first else name)


@contextmanager
def _connecting() -> Iterator[Callable[..., KafkaNetClient]]:
    """Makes connections for what is made in the block, and closes them where it fails.

    kafka-python (3.0.12) leaves them open where no broker answers, and for consumers and admin clients a thread too.
    """
    made: list[KafkaNetClient] = []

    def client(**chosen: object) -> KafkaNetClient:
        made.append(KafkaNetClient(**chosen))
        return made[-1]

    try:
        yield client
    except BaseException:
        for each in made:
            each.close()
        raise


def _place(settings: Settings) -> dict[str, Any]:
    """Where Kafka is and who we are there."""
    place: dict[str, Any] = {"bootstrap_servers": settings.kafka.split(",")}
    secured = "SSL" if settings.kafka_tls else "PLAINTEXT"
    if settings.kafka_user is not None:
        secured = f"SASL_{secured}"
        password = settings.kafka_password
        place["sasl_mechanism"] = settings.kafka_sasl
        place["sasl_plain_username"] = settings.kafka_user
        place["sasl_plain_password"] = "" if password is None else password.get_secret_value()
    if settings.kafka_ca is not None:
        place["ssl_cafile"] = settings.kafka_ca
    return {**place, "security_protocol": secured}
