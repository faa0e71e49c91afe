"""Which state a command about jobs opens, and which deal it means."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from domain.errors import NotFound
from interfaces.cli.formats import Formats
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command opens a state
    from consumers.running.state import State

StateUrl = Annotated[
    str | None,
    typer.Option(
        "--state",
        metavar="URL",
        help="Where the job keeps how far it is: sqlite:///FILE or postgresql://…; without it, JOB.state.db here.",
    ),
]
JobName = Annotated[str, typer.Argument(metavar="JOB", help="The job's name.")]


def opened(session: Session, url: str | None, job: str) -> "State":
    """The state that somebody named, or the job's own. NotFound where there is none."""
    from consumers.running.state import State

    return State.open(url or state_of(job), must_exist=True, busy_timeout=session.settings.busy_timeout)


def state_of(job: str) -> str:
    """Where a job's state lies if nobody says anything."""
    return f"sqlite:///{job}.state.db"


def group(session: Session, job: str) -> str:
    """What the job is called in its state."""
    from consumers.running.starting import group_of

    return group_of(job, session.settings)


def deal_named(session: Session, name: str) -> UUID:
    """The deal that a word means: an id, which needs no store, or whatever the store knows it by."""
    try:
        return UUID(name)
    except ValueError:
        return session.find(name)


def formats(session: Session) -> Formats:
    """How this reader wants to read: in UTC where there is neither --tz nor a store, which a job does without."""
    try:
        return session.formats
    except NotFound:
        return Formats(session.lang, ZoneInfo("UTC"))
