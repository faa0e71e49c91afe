"""The rules of winning, losing, reopening and discarding a deal, and of saying why."""

from domain.deal.life import Life
from domain.deal.negotiation import Negotiation
from domain.deal.outcome import (
    Closing,
    DealLost,
    DealWon,
    LoseDeal,
    Outcome,
    RecordCauses,
    WinDeal,
)
from domain.deal.references import all_there
from domain.errors import RuleBroken
from domain.event import Event, recorded_as


class DealNotOpen(RuleBroken):
    """What was ordered needs an open deal."""

    def __init__(self, standing: str, closing: Closing | None) -> None:
        self.standing = standing
        where = f" (event {closing.version})" if closing is not None and standing in ("won", "lost") else ""
        hint = "Reopen it first, or correct that event." if where else "It counts nowhere any more."
        super().__init__(f"The deal is {standing}{where}, not open. {hint}")


class NothingClosed(RuleBroken):
    """The deal has no outcome of that version that causes could belong to."""

    def __init__(self, version: int | None, outcome: Outcome) -> None:
        self.version = version
        known = ", ".join(str(each.version) for each in outcome.closings)
        said = f"Event {version} is no outcome of this deal." if version else "The deal was never closed."
        super().__init__(f"{said} Its outcomes are the events {known}." if known else said)


def check_open(outcome: Outcome) -> None:
    """Raise DealNotOpen unless the deal is open."""
    if outcome.standing != "open":
        raise DealNotOpen(outcome.standing, outcome.closings[-1] if outcome.closings else None)


def check_counts(outcome: Outcome) -> None:
    """Raise DealNotOpen for a deal that was merged or discarded."""
    if outcome.standing in ("merged", "discarded"):
        raise DealNotOpen(outcome.standing, None)


def won(command: WinDeal, life: Life, negotiation: Negotiation, outcome: Outcome) -> list[Event]:
    """The win: at the given amount, else the accepted offer's price, else the deal's amount."""
    if outcome.standing == "won" and _says_nothing_new(command, outcome.closings[-1]):
        return []
    check_open(outcome)
    all_there("offer", negotiation.offers, [command.offer])
    offer = command.offer or (negotiation.accepted[-1] if negotiation.accepted else None)
    price = negotiation.offers[offer].price if offer is not None else None
    return [recorded_as(command, amount=command.amount or price or life.amount, offer=offer)]


def lost(command: LoseDeal, outcome: Outcome) -> list[Event]:
    """The loss."""
    if outcome.standing == "lost" and _says_nothing_new(command, outcome.closings[-1]):
        return []
    check_open(outcome)
    return [recorded_as(command)]


def causes_recorded(command: RecordCauses, outcome: Outcome) -> list[Event]:
    """The causes that somebody tells, of the outcome that is named, else of the last one."""
    version = command.outcome or (outcome.closings[-1].version if outcome.closings else None)
    closing = next((each for each in outcome.closings if each.version == version), None)
    if closing is None:
        raise NothingClosed(version, outcome)
    event = recorded_as(command, outcome=closing.version)
    return [] if outcome.told.get((closing.version, command.told_by)) == event else [event]


def _says_nothing_new(command: WinDeal | LoseDeal, closing: Closing) -> bool:
    """Whether every given field of `command` is what the outcome that stands says already."""
    if not isinstance(closing.event, DealWon if isinstance(command, WinDeal) else DealLost):
        return False
    given = {name: getattr(command, name) for name in command.model_fields_set}
    return all(value is None or getattr(closing.event, name) == value for name, value in given.items())
