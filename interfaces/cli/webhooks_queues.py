"""Which queues of webhooks a command opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from interfaces.cli.job_states import opened
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command opens a state
    from sqlalchemy import Connection

JOB = "webhooks"


@contextmanager
def queues_read(session: Session, state: str | None) -> "Iterator[Connection]":
    """A transaction that looks at the queues of that state, or of the job's own. NotFound where there are none."""
    from consumers.jobs.webhooks.log import check_queues

    with opened(session, state, JOB) as own, own.reading() as connection:
        check_queues(connection)
        yield connection


@contextmanager
def queues_written(session: Session, state: str | None) -> "Iterator[Connection]":
    """The same for a transaction that changes them."""
    from consumers.jobs.webhooks.log import check_queues

    with opened(session, state, JOB) as own, own.writing() as connection:
        check_queues(connection)
        yield connection
