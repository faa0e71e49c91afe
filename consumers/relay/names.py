"""How a store's relay is called on Kafka: its transactions, its groups and the topic that decides who relays."""

from dataclasses import dataclass
from uuid import UUID

from kafka.structs import TopicPartition

from consumers.topics import Topics
from engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one store's relay; the prefix keeps several stores apart on one cluster."""

    topics: Topics
    store_id: UUID

    @property
    def transactions(self) -> str:
        """The transactional id: of two that use it the later one stops the earlier."""
        return f"{self.topics.prefix}dealtrail-relay.{self.store_id}"

    @property
    def group(self) -> str:
        """The group whose committed offset is the position that was relayed last. Nobody ever joins it."""
        return self.transactions

    @property
    def source(self) -> TopicPartition:
        """The partition whose committed offset that is."""
        return TopicPartition(self.topics.deals, 0)

    @property
    def leaders(self) -> str:
        """The group of all relays of this store: whichever is given the one partition relays."""
        return f"{self.topics.prefix}dealtrail-relay-leader.{self.store_id}"

    @property
    def turn(self) -> TopicPartition:
        """The one partition that is given to one of them; nothing is ever written to it."""
        return TopicPartition(f"{self.topics.prefix}dealtrail.relay.{self.store_id}", 0)


def names(settings: Settings, store_id: UUID) -> Names:
    """The names of the relay of this store."""
    return Names(Topics(settings.topic_prefix), store_id)
