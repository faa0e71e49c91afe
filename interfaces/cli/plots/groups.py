"""What the rows of a picture are called."""

from collections.abc import Mapping, Sequence

from interfaces.cli.group_names import value
from interfaces.cli.session import Session

LONGEST = 42
"""Characters of a row's name; what is longer is cut."""


def group_names(session: Session, groups: Sequence[Mapping[str, str | None]]) -> tuple[str, ...]:
    """A name for each group by its dimensions; the one of all deals where there are none."""
    return tuple(_name(session, by) for by in groups)


def _name(session: Session, by: Mapping[str, str | None]) -> str:
    told = " · ".join(value(session, dimension, by[dimension]) for dimension in by)
    name = told or session.say("all-deals")
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
