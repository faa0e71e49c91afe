"""What is written below every picture: the definition, the instants, and how not to read it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.cli.asking import asked_when
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.report_answer import ReportAnswer

GROUPS_DRAWN = 12
"""More groups than these are in the table, and not in the picture."""


def caption(
    session: Session, answer: "ReportAnswer", *, groups: int, starred: bool, drawn: int = GROUPS_DRAWN
) -> Iterator[str]:
    """The lines below the picture of a report; `drawn`: so many groups are in it at most."""
    asked = asked_when(session, answer.as_of, answer.known_at)
    yield session.say("definition", definition=answer.definition, asked=asked)
    if answer.from_ is not None or answer.to is not None:
        yield _period(session, answer)
    if starred:
        yield session.say("too-few-behind", floor=answer.floor)
    if groups > drawn:
        yield session.say("groups-drawn", drawn=drawn, groups=groups)
    yield from common_notes(session, answer)


def _period(session: Session, answer: "ReportAnswer") -> str:
    first = "–" if answer.from_ is None else session.formats.instant(answer.from_)
    last = "–" if answer.to is None else session.formats.instant(answer.to)
    return session.say("period-drawn", first=first, last=last)
