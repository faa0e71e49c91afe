"""A receiver of what the job `webhooks` sends."""

from collections.abc import Iterator

import pytest

from tests.consumers.jobs.receiving import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks that takes everything, until a test says otherwise."""
    with receiving() as running:
        yield running
