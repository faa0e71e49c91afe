"""The columns that say which group a row of a report is about."""

from collections.abc import Mapping

from interfaces.cli.group_names import grouping, value
from interfaces.cli.output import Column
from interfaces.cli.session import Session

By = Mapping[str, str | None]


def dimensions(session: Session, by: By) -> list[Column]:
    """A column for each dimension."""
    return [Column(grouping(session, each)) for each in by]


def called(session: Session, by: By) -> list[str]:
    """What the group is called in each of them."""
    return [value(session, each, by[each]) for each in by]


def named(session: Session, by: By) -> str | None:
    """The group in one line; None where there is only one."""
    told = [f"{grouping(session, each)}: {value(session, each, by[each])}" for each in by]
    return session.formats.listed(told) or None
