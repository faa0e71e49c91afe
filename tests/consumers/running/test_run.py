"""A running job on a real broker: where it begins, how it goes on, and that it says so."""

from kafka.structs import OffsetAndMetadata, TopicPartition
from sqlalchemy import Connection

from consumers.kafka_client import new_consumer
from consumers.running import offsets
from consumers.running.state import State
from consumers.topics import Topics
from domain.event import Recorded
from engine.settings import Settings
from tests.consumers.running.pages import write
from tests.consumers.running.processes import Feed, count, effects, process, wait_until, writing


def committed(settings: Settings, job: str = "writing") -> int:
    """The sum of the offsets that Kafka has of a job."""
    consumer = new_consumer(settings, f"{settings.topic_prefix}{job}")
    topic = Topics(settings.topic_prefix).deals
    found = consumer.remembered([TopicPartition(topic, each) for each in range(12)], 10_000)
    consumer.close()
    return sum(each.offset for each in found.values())


def test_a_job_has_every_event_once_in_each_deal_s_order_and_goes_on_where_it_was(
    settings: Settings, state: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(10), 20)
    with process(writing(), settings, state):
        wait_until(lambda: count(state) == 200)
    store.goes_on(range(10), 5)
    with process(writing(), settings, state) as again:
        wait_until(lambda: count(state) == 250)
    assert effects(state) == {nth: list(range(1, 26)) for nth in range(10)}
    assert sum(again.seen.offsets[0].values()) >= 200


def test_the_state_and_kafka_say_that_a_job_is_at_the_end_when_it_has_done_everything(
    settings: Settings, in_a_file: State
) -> None:
    Feed(settings).goes_on(range(10), 20)
    topic = Topics(settings.topic_prefix).deals
    reader = new_consumer(settings)
    ends = reader.end_offsets([TopicPartition(topic, each) for each in range(12)])
    reader.close()

    def reached() -> dict[int, int]:
        with in_a_file.reading() as connection:
            return offsets.next_offsets(connection, f"{settings.topic_prefix}writing", topic)

    with process(writing(), settings, in_a_file):
        wait_until(lambda: reached() == {each.partition: end for each, end in ends.items()})
    assert committed(settings) == sum(ends.values())


def test_a_job_that_starts_at_the_end_sees_what_comes_from_then_on_in_all_partitions(
    settings: Settings, in_a_file: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(10), 3)
    with process(writing(starts="end"), settings, in_a_file) as running:
        wait_until(lambda: bool(running.seen.offsets))
    store.goes_on(range(12), 2)
    with process(writing(starts="end"), settings, in_a_file):
        wait_until(lambda: count(in_a_file) == 24)
    assert effects(in_a_file) == {**{nth: [4, 5] for nth in range(10)}, 10: [1, 2], 11: [1, 2]}


def test_a_job_whose_state_was_lost_goes_on_from_what_kafka_remembers(
    settings: Settings, in_a_file: State
) -> None:
    store = Feed(settings)
    store.goes_on(range(5), 4)
    topic = Topics(settings.topic_prefix).deals
    former = new_consumer(settings, f"{settings.topic_prefix}writing")
    former.assign([TopicPartition(topic, each) for each in range(12)])
    ends = former.end_offsets([TopicPartition(topic, each) for each in range(12)])
    former.commit({each: OffsetAndMetadata(end, "", -1) for each, end in ends.items()})
    former.close()
    store.goes_on(range(5), 1)
    with process(writing(), settings, in_a_file):
        wait_until(lambda: count(in_a_file) == 5)
    assert effects(in_a_file) == {nth: [5] for nth in range(5)}


def test_a_job_is_told_where_it_goes_on_before_its_first_event(settings: Settings, in_a_file: State) -> None:
    Feed(settings).goes_on(range(5), 2)
    order: list[str] = []

    def on_event(recorded: Recorded, connection: Connection) -> None:
        order.append("event")
        write(recorded, connection)

    job = writing(on_event=on_event, on_assigned=lambda _: order.append("assigned"))
    with process(job, settings, in_a_file):
        wait_until(lambda: count(in_a_file) == 10)
    assert order == ["assigned", *["event"] * 10]
