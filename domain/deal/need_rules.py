"""The rules of needs and solutions: what they speak of is there, whatever became of the deal."""

from typing import assert_never

from domain.deal.needs import NeedsCommand, ProposeSolution, RecordNeed, ReviseNeed, SettleNeed
from domain.deal.references import all_there, another, says_the_same, there, told_once
from domain.deal.story import Deal
from domain.event import Event, recorded_as


def decide_needs(command: NeedsCommand, deal: Deal) -> list[Event]:
    """What `command` makes happen: needs are learned, and solutions proposed, also after the deal was closed."""
    match command:
        case RecordNeed():
            return _recorded(command, deal)
        case ReviseNeed():
            need = there("need", deal.needs.needs, command.need)
            known = need.said if need.facts is None else need.facts
            given = ((name, getattr(command, name)) for name in ("text", "importance"))
            if all(value is None or getattr(known, name, None) == value for name, value in given):
                return []
            return [recorded_as(command)]
        case SettleNeed():
            need = there("need", deal.needs.needs, command.need)
            all_there("offer", deal.negotiation.offers, [command.offer])
            return [] if says_the_same(command, need.said) else [recorded_as(command)]
        case ProposeSolution():
            return _proposed(command, deal)
        case _:
            assert_never(command)


def _recorded(command: RecordNeed, deal: Deal) -> list[Event]:
    all_there("contact", deal.people.contacts, [command.contact])
    return told_once(recorded_as(command), "need", deal.needs.needs, command.need)


def _proposed(command: ProposeSolution, deal: Deal) -> list[Event]:
    solutions = deal.needs.solutions
    another("solution", solutions, command.solution, "revises", command.revises)
    all_there("need", deal.needs.needs, command.needs or ())
    return told_once(recorded_as(command), "solution", solutions, command.solution)
