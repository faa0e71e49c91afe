"""The rules of what follows an outcome: contract, money and delivery after a win, and looking back on it."""

from typing import assert_never

from domain.deal.after_the_win import (
    AfterTheWinCommand,
    CompleteDelivery,
    RecordPayment,
    SignContract,
)
from domain.deal.closing import NothingClosed
from domain.deal.outcome import Outcome
from domain.deal.references import IdTaken, finished, says_the_same, told_once
from domain.deal.retrospective import FinishAction, HoldRetrospective, RetrospectiveCommand
from domain.errors import RuleBroken
from domain.event import Event, recorded_as


class DealNotWon(RuleBroken):
    """What was ordered follows a win."""

    def __init__(self, standing: str) -> None:
        self.standing = standing
        super().__init__(
            f"The deal is {standing} at that time, not won: "
            "contracts, payments and deliveries follow the win. Win it first."
        )


class DealNotClosed(RuleBroken):
    """A retrospective looks back on an outcome."""

    def __init__(self) -> None:
        super().__init__(
            "The deal is open at that time: a retrospective looks back on a deal that was won or lost. "
            "Close it first, or name the outcome (its version) that is meant."
        )


def decide_after_the_win(command: AfterTheWinCommand, outcome: Outcome) -> list[Event]:
    """What `command` makes happen to a won deal; every payment is a new one."""
    if outcome.standing != "won":
        raise DealNotWon(outcome.standing)
    match command:
        case SignContract():
            return [] if says_the_same(command, outcome.signed) else [recorded_as(command)]
        case RecordPayment():
            return [recorded_as(command)]
        case CompleteDelivery():
            return [] if says_the_same(command, outcome.delivered) else [recorded_as(command)]
        case _:
            assert_never(command)


def decide_retrospective(command: RetrospectiveCommand, outcome: Outcome) -> list[Event]:
    """What `command` makes happen: of the outcome that is named, else of the one that stands."""
    match command:
        case HoldRetrospective():
            return _held(command, outcome)
        case FinishAction():
            return finished(command, "action", outcome.actions, command.action)
        case _:
            assert_never(command)


def _held(command: HoldRetrospective, outcome: Outcome) -> list[Event]:
    version = command.outcome
    if version is None:
        if outcome.standing not in ("won", "lost"):
            raise DealNotClosed
        version = outcome.closings[-1].version
    elif version not in [each.version for each in outcome.closings]:
        raise NothingClosed(version, outcome)
    lists = {name: getattr(command, name) for name in ("pushed", "blocked", "lessons", "actions")}
    held = recorded_as(command, outcome=version, **lists)
    events = told_once(held, "retrospective", outcome.retrospectives, command.retrospective)
    if events:
        _check_actions(command, outcome)
    return events


def _check_actions(command: HoldRetrospective, outcome: Outcome) -> None:
    """No action has the id of another one, of this retrospective or an earlier."""
    taken = set(outcome.actions)
    for each in command.actions:
        if each.action in taken:
            raise IdTaken("action", each.action)
        taken.add(each.action)
