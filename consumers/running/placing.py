"""Where partitions go on: those that fall to this process, and those that somebody else has moved."""

from time import monotonic

from kafka.structs import TopicPartition

from consumers.kafka_client import reaching
from consumers.running import offsets
from consumers.running.group import commit
from consumers.running.hand import Hand
from consumers.running.membership import Running
from consumers.running.parking import Place, released
from consumers.running.starting import partitions_of
from consumers.running.whose import noted, refuse_another
from domain.errors import Unavailable

SETTING_UP, LOOKING = "setting up", "looking"
"""What may be away, beside what the partitions need."""

CLAIMING = 0.5
"""Seconds that Kafka has to take in that partitions are ours; nobody polls meanwhile."""

ANSWER = 3_000
"""Milliseconds that Kafka has to say what the group has committed."""

LOOK = 2.0
"""Seconds between two looks at what others changed in the state, and how far the topic goes."""


class Placing:
    """Sets partitions up, and looks now and then whether somebody changed where they are."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._look_at = self._set_up_at = 0.0
        self._is_alone = False

    def set_up(self) -> None:
        """Find out where the partitions that arrived go on, tell the job, and let their records come.

        Conflict where a process with another state works, or has worked, on a partition of the topic.
        """
        ready = self._running.partitions.ready()
        if not ready or monotonic() < self._set_up_at:
            return
        try:
            where = self._where(ready)
            # Before the job does anything: what it does to files or others cannot be undone.
            self._claim({each: where[each.partition] for each in ready})
            if self._running.job.on_assigned is not None:
                self._running.job.on_assigned(where)
        except Unavailable as error:
            self._set_up_at = self._running.patience.lost(SETTING_UP, error)
            return
        self._running.patience.back(SETTING_UP)
        for each in ready:
            hand = Hand(Place(self._running.name, self._running.topic, each.partition), where[each.partition])
            self._running.partitions.hands[each.partition] = hand
            self._running.partitions.arrived.discard(each)
            self._seek(hand)
        self._running.watching.going_on(where)

    def _where(self, partitions: list[TopicPartition]) -> dict[int, int]:
        with self._running.state.reading() as connection:
            known = offsets.next_offsets(connection, self._running.name, self._running.topic)
        with reaching(self._running.settings):
            first = self._running.consumer.beginning_offsets(partitions)
            end = self._running.consumer.end_offsets(partitions)
        new = {each.partition: first[each] for each in partitions if each.partition not in known}
        if new:
            with self._running.state.writing() as connection:
                offsets.add(connection, self._running.name, self._running.topic, new)
        where = {each.partition: {**new, **known}[each.partition] for each in partitions}
        for each in partitions:
            if where[each.partition] > end[each]:
                raise _made_anew(each, self._running.job.name, where[each.partition], end[each])
            if where[each.partition] < first[each]:
                raise _cut(each, self._running.job.name, where[each.partition], first[each])
        return where

    def go_on(self, hand: Hand, next_offset: int) -> None:
        """Somebody else has moved it: it goes on from there."""
        if hand.gone:
            return
        if self._running.job.on_assigned is not None:
            self._running.job.on_assigned({hand.place.partition: next_offset})
        hand.go_on_from(next_offset)
        self._seek(hand)

    def _seek(self, hand: Hand) -> None:
        with reaching(self._running.settings):
            self._running.consumer.seek(hand.topic_partition, hand.next_offset)
            self._running.consumer.resume(hand.topic_partition)
        self._running.to_commit[hand.topic_partition] = hand.next_offset

    def look_around(self) -> None:
        """Deals that were released, offsets that were moved, and ends of topics without events; every LOOK seconds."""
        if monotonic() < self._look_at:
            return
        self._look_at = monotonic() + LOOK
        try:
            with self._running.state.reading() as connection:
                known = offsets.next_offsets(connection, self._running.name, self._running.topic)
                waiting = released(connection, self._running.name, self._running.topic)
        except Unavailable as error:
            self._look_at = self._running.patience.lost(LOOKING, error)
            return
        self._running.patience.back(LOOKING)
        for hand in self._running.hands:
            hand.released = waiting.get(hand.place.partition, [])
            if not hand.is_idle:
                continue
            next_offset = known.get(hand.place.partition, hand.next_offset)
            if next_offset != hand.next_offset:
                self.go_on(hand, next_offset)
            else:
                # Behind the last event stand the marks of transactions, which nobody is given.
                with reaching(self._running.settings):
                    hand.end = max(hand.end, self._running.consumer.position(hand.topic_partition) or 0)

    def look_soon(self) -> None:
        """There is something to be seen."""
        self._look_at = 0.0

    def told(self) -> None:
        """Kafka knows whose our partitions are: look once whether others have theirs with another state."""
        if self._is_alone:
            return
        try:
            self._see_all()
        except Unavailable:
            return  # with the next offsets it is looked at again

    def _claim(self, where: dict[TopicPartition, int]) -> None:
        """Have Kafka know that they are ours with this state; Conflict where it knows another one.

        Of two processes with two states that begin together, the second to do this sees the first.
        """
        self._is_alone = False
        self._see_whose(list(where))
        if commit(self._running.consumer, where, noted(self._running.state), CLAIMING):
            self._see_all()

    def _see_all(self) -> None:
        with reaching(self._running.settings):
            partitions = partitions_of(self._running.consumer, self._running.topic)
        self._see_whose(partitions)
        self._is_alone = True

    def _see_whose(self, partitions: list[TopicPartition]) -> None:
        with reaching(self._running.settings):
            found = self._running.consumer.remembered(partitions, ANSWER)
        refuse_another(found.values(), self._running.state, self._running.job.name)


def _cut(partition: TopicPartition, job: str, reached: int, first: int) -> Unavailable:
    return Unavailable(
        f"Partition {partition.partition} of {partition.topic} begins at {first}, and the job {job!r} had come to "
        f"{reached}: Kafka has deleted what is between before it was done. To go on without it, run "
        f"`dealtrail consumers replay {job} --from` a time, a position, or beginning."
    )


def _made_anew(partition: TopicPartition, job: str, reached: int, end: int) -> Unavailable:
    return Unavailable(
        f"Partition {partition.partition} of {partition.topic} ends at {end}, and the job {job!r} had come to "
        f"{reached} already. If the topic was made anew, run `dealtrail consumers replay {job} --from beginning`."
    )
