"""A job that reads a topic of its own, and its state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.running.state import State
from engine.deals import Deals
from engine.settings import Settings
from tests.consumers.running.operated import TABLES, Operated
from tests.end_to_end.consumer_feed import make_topics


@pytest.fixture
def operated(tmp_path: Path, kafka_address: str, topic_prefix: str) -> Iterator[Operated]:
    """A job with its state in a file, and its topic."""
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    yield from _operated(f"sqlite:///{tmp_path / 'noting.state.db'}", settings)


@pytest.fixture
def operated_anywhere(state_url: str, kafka_address: str, topic_prefix: str) -> Iterator[Operated]:
    """The same with its state on every database that it may lie in."""
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    yield from _operated(state_url, settings)


def _operated(url: str, settings: Settings) -> Iterator[Operated]:
    make_topics(settings)
    with Deals(settings) as store, State.open(url) as opened:
        opened.make(TABLES)
        yield Operated(settings, opened, store, url)


@pytest.fixture
def in_a_file(tmp_path: Path) -> Iterator[State]:
    """The state of a job that never ran."""
    with State.open(f"sqlite:///{tmp_path / 'job.state.db'}") as opened:
        yield opened


@pytest.fixture
def settings(kafka_address: str, topic_prefix: str) -> Settings:
    return Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
