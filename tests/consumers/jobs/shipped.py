"""A shipped job that runs in a thread of the test, on a topic that holds the feed of a store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from consumers.job import Job
from consumers.running.offsets import next_offsets
from consumers.running.run import run_job
from consumers.running.starting import group_of, topic_of
from consumers.running.state import State
from engine.settings import Settings
from tests.consumers.running.operated import Silent


@contextmanager
def running(
    job: Job, settings: Settings, state: State, *, records: int = 2_000, attempts: int = 5
) -> Iterator[None]:
    """The job, stopped at the end of the block."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(
            run_job, job, settings, state, stop.is_set, Silent(), records=records, attempts=attempts
        )
        try:
            yield
        finally:
            stop.set()
        done.result(60)


def reached(job: Job, settings: Settings, state: State) -> dict[int, int]:
    """Where the job goes on in each partition."""
    with state.reading() as connection:
        return next_offsets(connection, group_of(job.name, settings), topic_of(job, settings))
