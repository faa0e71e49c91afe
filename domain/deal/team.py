"""Life, who works on the deal: its owner and the teammates with their duties."""

from dataclasses import dataclass
from typing import assert_never, get_args

from domain.event import Command, Event, Explained, Facts
from domain.replacing import replace
from domain.values import Code, Name


class OwnerAssignment(Explained):
    """The new owner; null leaves the deal without one."""

    owner: Name | None


class DealOwnerAssigned(OwnerAssignment, Event):
    """The deal belongs to somebody else. Nothing but the owner changes."""

    previous: Name | None = None


class AssignOwner(OwnerAssignment, Command):
    """Give the deal to another owner."""

    becomes = DealOwnerAssigned


class Teammate(Facts):
    """A person and the duty they have on the deal."""

    person: Name
    duty: Code


class DealTeammateAssigned(Teammate, Event):
    """A person joined the deal in a duty."""


class AssignTeammate(Teammate, Command):
    """Put a person on the deal."""

    becomes = DealTeammateAssigned


class DealTeammateReleased(Teammate, Event):
    """A person left the deal in that duty."""


class ReleaseTeammate(Teammate, Command):
    """Take a person off the deal."""

    becomes = DealTeammateReleased


TeamEvent = DealOwnerAssigned | DealTeammateAssigned | DealTeammateReleased
TEAM_EVENTS: tuple[type[Event], ...] = get_args(TeamEvent)
TeamCommand = AssignOwner | AssignTeammate | ReleaseTeammate
TEAM_COMMANDS: tuple[type[Command], ...] = get_args(TeamCommand)


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on a deal at an instant; teammates are pairs of person and duty."""

    owner: str | None = None
    mates: frozenset[tuple[str, str]] = frozenset()


def evolve_team(team: Team, event: TeamEvent) -> Team:
    """The team after `event`. Never refuses: history is true."""
    match event:
        case DealOwnerAssigned():
            return replace(team, owner=event.owner)
        case DealTeammateAssigned():
            return replace(team, mates=team.mates | {(event.person, event.duty)})
        case DealTeammateReleased():
            return replace(team, mates=team.mates - {(event.person, event.duty)})
        case _:
            assert_never(event)
