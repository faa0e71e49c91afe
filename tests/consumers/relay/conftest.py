"""A store whose topics are there, on the broker that all tests share."""

from collections.abc import Iterator

import pytest

from consumers.relay.topic_setup import make_topics
from engine.deals import Deals
from engine.settings import Settings
from tests.engine.appending import SetClock


@pytest.fixture
def settings(kafka_address: str, topic_prefix: str) -> Settings:
    return Settings(store="memory:", kafka=kafka_address, topic_prefix=topic_prefix)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def deals(settings: Settings, clock: SetClock) -> Iterator[Deals]:
    with Deals(settings, clock=clock) as opened:
        make_topics(settings, opened.info.store_id)
        yield opened
