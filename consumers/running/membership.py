"""What the parts of a running job share: its consumer, its state, the partitions in its hands."""

from dataclasses import dataclass, field

from kafka.structs import TopicPartition

from consumers.job import Job
from consumers.kafka_client import Consumer
from consumers.running.group import Partitions
from consumers.running.hand import Hand
from consumers.running.state import State
from consumers.running.transaction import Transactions
from consumers.running.watching import Watching
from engine.settings import Settings
from engine.waiting import Patience


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One process of a job with its consumer. `name` is the job's group; `to_commit` is what Kafka is to be told."""

    transactions: Transactions
    settings: Settings
    name: str
    topic: str
    consumer: Consumer
    partitions: Partitions
    patience: Patience
    watching: Watching
    to_commit: dict[TopicPartition, int] = field(default_factory=dict)

    @property
    def job(self) -> Job:
        """What is done with the events."""
        return self.transactions.job

    @property
    def state(self) -> State:
        """Where it is recorded."""
        return self.transactions.state

    @property
    def hands(self) -> list[Hand]:
        """The partitions that are set up."""
        return list(self.partitions.hands.values())
