"""The columns that say which group a row of a report is about."""

from collections.abc import Mapping

from interfaces.cli.grid import Column
from interfaces.cli.group_names import grouping, value
from interfaces.cli.session import Session

By = Mapping[str, str | None]


def dimensions(session: Session, by: By) -> list[Column]:
    """A column for each dimension; where there is little room they stand under the first."""
    return [Column(grouping(session, each), under=place > 0) for place, each in enumerate(by)]


def called(session: Session, by: By) -> list[str]:
    """What the group is called in each of them."""
    return [value(session, each, by[each]) for each in by]


def named(session: Session, by: By) -> str | None:
    """The group in one line; None where there is only one."""
    return session.formats.listed(parts(session, by)) or None


def parts(session: Session, by: By) -> list[str]:
    """Each dimension with what the group is called in it."""
    return [
        session.say("is", what=grouping(session, each), value=value(session, each, by[each])) for each in by
    ]
