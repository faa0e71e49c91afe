"""What an export tells of one deal: how it began, what changed when, how it stands now, and what else happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from domain.values import Cause, Money
from interfaces.importing.crm.rows import Row
from interfaces.importing.table.when import When

DETAILS = ("title", "account", "account_name", "lead_source", "campaign")
LABEL = "segment."
"""Begins the name of each free label: `segment.region`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deal stands: in a stage of a pipeline (None: not known in which), or won, or lost."""

    pipeline: str
    stage: str | None
    standing: Literal["open", "won", "lost"] = "open"


Known = Place | Money | date | str | None
State = Mapping[str, Known]
"""What is known of a deal: `place`, `amount`, `expected_close`, `owner`, `next_step`, the DETAILS and labels.

A name that is not there is not known; None says that there is none.
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the source says of a deal from a time on. Only what differs from before becomes an event.

    `key` names the source's own record of it, `known` when the source took it in, `closed` when a deal that is
    first seen closed was closed (None: at this moment). Without `when` it is undated.
    """

    when: When | None
    says: State
    row: Row
    key: str | None
    by: str | None = None
    known: datetime | None = None
    closed: When | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """Something else that happened: a touchpoint, a task, a contact, … Without `when` it is undated."""

    type: str
    data: Mapping[str, Any]
    row: Row
    key: str
    when: When | None = None
    by: str | None = None
    known: datetime | None = None


@dataclass(slots=True)
class DealFacts:
    """One deal of the export.

    `opened`: when it began (None: the export does not say). `first`: what was so from the beginning on.
    `moments`: in their order. `now`: how it stands, last `changed` at that time, its place since
    `placed`. `causes` are those of its last outcome, `discarded` when it was deleted (True: nobody knows).
    """

    key: str
    row: Row
    pipeline: str
    opened: When | None
    first: State
    now: State
    changed: When | None = None
    placed: When | None = None
    opened_by: str | None = None
    moments: list[Moment] = field(default_factory=list)
    further: list[Further] = field(default_factory=list)
    causes: tuple[Cause, ...] = ()
    discarded: When | bool = False


def known_from(when: When | None) -> datetime | None:
    """When at the latest a source had taken in what it dates so: the instant, or the end of the day."""
    if when is None or when.precision == "unknown":
        return None
    return when.at if when.precision == "instant" else when.at + timedelta(days=1, microseconds=-1)
