"""The job itself: its function queues, and beside it the queues are emptied."""

import os
from collections.abc import Callable, Mapping

from sqlalchemy import Engine

from consumers.job import Job
from consumers.jobs.webhooks.delivering import deliver
from consumers.jobs.webhooks.endpoints import read
from consumers.jobs.webhooks.queueing import queue
from consumers.jobs.webhooks.tables import TABLES
from engine.clock import Clock, now


def make(
    config: Mapping[str, object], environment: Mapping[str, str] = os.environ, clock: Clock = now
) -> Job:
    """The job for these endpoints; BadInput for a configuration that is not right.

    It reads from the beginning, so that it knows the labels of every deal; what is delivered begins where
    each endpoint says.
    """
    webhooks = read(config, environment)

    def alongside(engine: Engine, stopping: Callable[[], bool]) -> None:
        deliver(webhooks, engine, stopping, clock)

    return Job(
        name="webhooks",
        on_event=queue(webhooks.endpoints, clock),
        tables=TABLES,
        alongside=alongside,
    )
