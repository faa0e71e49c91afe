"""Running a job: every event of its topic once, each deal in order, until somebody stops it."""

import gc
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

from consumers.job import Job
from consumers.kafka_client import Consumer, Producer, new_consumer, new_producer, reaching
from consumers.running.alongside import Alongside
from consumers.running.dead_letters import DeadLetters
from consumers.running.group import BETWEEN_POLLS, SESSION, Partitions
from consumers.running.member import Member
from consumers.running.membership import Running
from consumers.running.starting import begin, group_of, topic_of
from consumers.running.state import State
from consumers.running.state_database import TransactionEnded
from consumers.running.transaction import Transactions
from consumers.running.watching import Watching
from consumers.topics import Topics
from domain.errors import BadInput, Unavailable
from engine.clock import Clock, now
from engine.settings import Settings
from engine.waiting import Patience, rest

ATTEMPTS = 5
"""How often an event is tried before its deal is parked: over some three seconds."""

RECORDS = 2_000
"""How many records one poll gives at most, and so one transaction holds."""

STARTING = "starting"
"""What may be away when it begins, or begins again: Kafka, the state."""

WORKERS = 4
"""How many partitions are worked on at the same time; in SQLite one, for it has one writer."""


def run_job(
    job: Job,
    settings: Settings,
    state: State,
    stopping: Callable[[], bool],
    watching: Watching,
    *,
    workers: int | None = None,
    instance: str | None = None,
    attempts: int = ATTEMPTS,
    records: int = RECORDS,
    consumers: Callable[..., Consumer] = new_consumer,
    producers: Callable[[Settings], Producer] = new_producer,
    clock: Clock = now,
) -> None:
    """Run `job` until `stopping` says so; then the event in hand is finished, recorded, and the group left.

    Several processes with one state share the partitions; the state may be SQLite only where they are on one
    machine. `instance` names this one, so that it gets its partitions back when it starts again soon.
    An event that fails `attempts` times parks its deal. Where Kafka, the state, or what the job needs is away
    (the job raises Unavailable), everything waits and is tried again. BadInput for a job that ends the
    transaction it was given, Conflict where another process has the same `instance`; whatever
    `alongside` or `on_assigned` raises ends it too.
    """
    count = workers or (1 if state.engine.dialect.name == "sqlite" else WORKERS)
    patience = Patience(watching)
    group, topic = group_of(job.name, settings), topic_of(job, settings)
    letters = DeadLetters(settings, Topics(settings.topic_prefix).dead(job.name), producers)
    transactions = Transactions(job=job, state=state, attempts=attempts, clock=clock, send=letters.send)

    def member(pool: Executor) -> Member:
        options = {
            "group_instance_id": instance,
            "session_timeout_ms": SESSION,
            "max_poll_interval_ms": BETWEEN_POLLS,
            "max_poll_records": records,
        }
        consumer = consumers(settings, group, **options)
        partitions = Partitions(consumer)
        try:
            with reaching(settings):
                # First: a topic that it hears of before, it takes for new later, and has the group share out again.
                consumer.subscribe([topic], listener=partitions)
            begin(job, settings, consumer, state, clock)
            patience.back(STARTING)
            running = Running(
                transactions=transactions,
                settings=settings,
                name=group,
                topic=topic,
                consumer=consumer,
                partitions=partitions,
                patience=patience,
                watching=watching,
            )
            return Member(running, pool, records)
        except BaseException:
            consumer.close(autocommit=False, timeout_ms=2_000)
            raise

    def trying(what: Callable[[], None]) -> None:
        """Until it is done or shall stop."""
        while not stopping():
            try:
                what()
            except Unavailable as error:
                alongside.check()
                rest(patience.lost(STARTING, error), stopping)
            else:
                return

    alongside = Alongside(job, state.engine)
    # What is here already is no garbage, and looking through it again and again costs a fifth of the time.
    gc.freeze()
    try:
        if job.tables is not None:
            trying(partial(state.make, job.tables))
        with ThreadPoolExecutor(count, "job") as pool, alongside:
            trying(lambda: _work(member(pool), stopping, alongside.check))
    except TransactionEnded:
        raise BadInput(
            f"The job {job.name!r} has committed or rolled back the transaction that it was given. It must leave "
            "that to dealtrail, which records the effect and how far the job is together."
        ) from None
    finally:
        gc.unfreeze()
        letters.close()


def _work(member: Member, stopping: Callable[[], bool], check: Callable[[], None]) -> None:
    try:
        while not stopping():
            member.turn()
            check()
    finally:
        member.close()
