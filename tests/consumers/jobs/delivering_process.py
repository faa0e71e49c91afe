"""A process that delivers until it is killed: `python -m tests.consumers.jobs.delivering_process STATE URL PACE`.

Its clock runs so many times as fast as ours, or claims would outlast the test that kills it.
"""

import sys
from datetime import datetime

from consumers.jobs.webhooks.job import make
from consumers.running.state import State
from engine.clock import now
from tests.consumers.jobs.receiving import SECRET


class Hurried:
    """A clock that runs faster than ours, and says the same in all processes."""

    def __init__(self, pace: int, since: datetime) -> None:
        self._pace, self._since = pace, since

    def __call__(self) -> datetime:
        return self._since + (now() - self._since) * self._pace


def main(state_url: str, url: str, pace: int, since: datetime) -> None:
    """Deliver, and never stop."""
    endpoint = {"name": "crm", "url": url, "secret": SECRET, "since": "beginning"}
    job = make({"endpoints": [endpoint], "keep_days": 100_000}, {}, Hurried(pace, since))
    assert job.alongside is not None
    with State.open(state_url) as state:
        job.alongside(state.engine, lambda: False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), datetime.fromisoformat(sys.argv[4]))
