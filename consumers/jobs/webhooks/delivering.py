"""What runs beside the job and empties the queues: some workers an endpoint, until told to stop."""

import random
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta
from threading import Event
from time import monotonic, sleep

from sqlalchemy import Engine

from consumers.jobs.webhooks.claiming import IDLE, Claimed, Due
from consumers.jobs.webhooks.endpoints import Endpoint, Webhooks
from consumers.jobs.webhooks.queueing import registered
from consumers.jobs.webhooks.sending import Answer, Line
from consumers.jobs.webhooks.settling import settle
from consumers.jobs.webhooks.tending import forget
from domain.errors import Unavailable
from engine.clock import Clock

RESTING = 0.1
"""Seconds that a worker rests between asking whether there is something to do."""

TIDYING = 3_600.0
"""Seconds between looks for what is too old for the log."""

Stopping = Callable[[], bool]


def deliver(config: Webhooks, engine: Engine, stopping: Stopping, clock: Clock) -> None:
    """Deliver until told to stop, then finish what is under way.

    Several processes share the queues of one database. While that is away, it is tried again and again.
    """
    endpoints = [each for each in config.endpoints if each.active]
    broken = Event()

    def ends() -> bool:
        return stopping() or broken.is_set()

    _begin(endpoints, engine, ends, clock)
    due = {each.name: Due(engine, each.name) for each in endpoints}
    places = [each for each in endpoints for _ in range(each.parallel)]
    with ThreadPoolExecutor(len(places) + 1, thread_name_prefix="webhooks") as pool:
        running = [pool.submit(_work, each, due[each.name], engine, ends, clock) for each in places]
        running.append(pool.submit(_tidy, timedelta(days=config.keep_days), engine, ends, clock))
        wait(running, return_when=FIRST_EXCEPTION)
        broken.set()
    for each in running:
        each.result()


def _begin(endpoints: list[Endpoint], engine: Engine, ends: Stopping, clock: Clock) -> None:
    """Let endpoints that are new begin now, also where no event comes for a long time."""
    while not ends():
        try:
            with engine.connect() as connection, connection.begin():
                registered(connection, endpoints, clock())
            return
        except Unavailable:
            _rest(IDLE, ends)


def _work(endpoint: Endpoint, due: Due, engine: Engine, ends: Stopping, clock: Clock) -> None:
    chance = random.Random()  # noqa: S311 - spreads tries, guards nothing
    with closing(Line(endpoint)) as line:
        while not ends():
            try:
                claimed = due.claim(clock())
            except Unavailable:
                _rest(IDLE, ends)
                continue
            if claimed is None:
                _rest(RESTING, ends)
                continue
            answer = line.send(claimed.name, claimed.body, clock())
            _record(engine, claimed, answer, ends, clock, chance)


def _record(
    engine: Engine, claimed: Claimed, answer: Answer, ends: Stopping, clock: Clock, chance: random.Random
) -> None:
    """Settle, also where the database is away for a moment: else the message would be sent once more."""
    while True:
        try:
            settle(engine, claimed, answer, clock(), chance)
            return
        except Unavailable:
            if ends():
                return  # the claim ends by itself, and the message is sent once more
            _rest(IDLE, ends)


def _tidy(keep: timedelta, engine: Engine, ends: Stopping, clock: Clock) -> None:
    while not ends():
        try:
            with engine.connect() as connection, connection.begin():
                forget(connection, clock() - keep)
        except Unavailable:
            _rest(IDLE, ends)
            continue
        _rest(TIDYING, ends)


def _rest(seconds: float, ends: Stopping) -> None:
    until = monotonic() + seconds
    while not ends() and (left := until - monotonic()) > 0:
        sleep(min(left, 0.1))
