"""Ids inside a deal that nobody gave: offer-1, objection-2, the next free one of the deal."""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

from domain.event import Event, Recorded
from interfaces.cli.session import Session


def made_id(session: Session, deal: UUID, kind: str, command_id: str | None) -> str:
    """The next free id of that kind; a command that is sent again keeps the one that it got the first time."""
    for recorded in session.deals.answered(command_id) if command_id is not None else ():
        given = getattr(recorded.event, kind, None)
        if isinstance(given, str):
            return given
    return next(free_ids(session.deals.story(deal), kind))


def made_action_ids(session: Session, deal: UUID, command_id: str | None) -> Iterator[str]:
    """Ids for the actions of a retrospective, one after the other."""
    for recorded in session.deals.answered(command_id) if command_id is not None else ():
        yield from _ids(recorded.event, "action")
    yield from free_ids(session.deals.story(deal), "action")


def free_ids(story: Sequence[Recorded], kind: str) -> Iterator[str]:
    """The ids of that kind that follow the highest that the deal ever used."""
    made = re.compile(rf"{re.escape(kind)}-(\d+)")
    found = (made.fullmatch(name) for recorded in story for name in _ids(recorded.event, kind))
    number = max((int(each[1]) for each in found if each), default=0)
    while True:
        number += 1
        yield f"{kind}-{number}"


def _ids(event: Event, kind: str) -> Iterator[str]:
    given = getattr(event, kind, None)
    if isinstance(given, str):
        yield given
    if kind == "action":
        yield from (each.action for each in getattr(event, "actions", ()))
