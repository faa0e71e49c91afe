"""What is news about a deal: that it was won, lost, reopened or pushed, with what a sales manager asks next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.deal.life import DealExpectedCloseMoved, DealOpened
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.reading import Standing, standing
from domain.deal.story import fold
from domain.event import Recorded
from domain.values import Money

Kind = Literal["won", "lost", "reopened", "pushed"]

KINDS: Mapping[str, Kind] = {
    DealWon.__name__: "won",
    DealLost.__name__: "lost",
    DealReopened.__name__: "reopened",
    DealExpectedCloseMoved.__name__: "pushed",
}
"""What an event of a type may be announced as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The expected close moved to a later day; `nth` counts the pushes of the deal, this one included."""

    before: date
    after: date
    nth: int

    @property
    def days(self) -> int:
        """How many days later."""
        return (self.after - self.before).days

    @property
    def leaves_quarter(self) -> bool:
        """Whether the new day lies in another quarter."""
        return (self.after.year, _quarter(self.after)) != (self.before.year, _quarter(self.before))


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One message's facts: the event as it stands, the deal as it is known with it, and what came before.

    `days` are whole days since the deal was opened (None: one of the two has no date). `closed` is the outcome
    that a reopening ends, `push` is there where the expected close was pushed.
    """

    kind: Kind
    told: Recorded
    title: str
    account_name: str | None
    owner: str | None
    amount: Money | None
    segment: Mapping[str, str]
    days: int | None
    closed: Recorded | None = None
    push: Push | None = None


def news(events: Sequence[Recorded], version: int) -> News | None:
    """What the event of that version says, as far as these events of its deal are known (in version order).

    None where it is no news: another type, a close that moved to an earlier day or had none, a retracted
    event, a deal whose opening is not known.
    """
    deal, opened, closed = fold(events), None, None
    expected: date | None = None
    pushes = 0
    if deal is None:
        return None
    for line in standing(events):
        event = line.recorded.event
        push = _push(expected, event, pushes + 1)
        pushes += push is not None
        if line.recorded.version == version:
            kind = KINDS.get(line.recorded.type)
            if kind is None or (kind == "pushed" and push is None):
                return None
            amount = event.amount if isinstance(event, DealWon | DealLost) else None
            return News(
                kind=kind,
                told=line.recorded,
                title=deal.life.title,
                account_name=deal.life.account_name,
                owner=deal.team.owner,
                amount=amount or deal.life.amount,
                segment=deal.life.segment,
                days=_days(opened, line),
                closed=closed if kind == "reopened" else None,
                push=push,
            )
        if isinstance(event, DealOpened):
            opened = line
        if isinstance(event, DealOpened | DealExpectedCloseMoved):
            expected = event.expected_close
        if isinstance(event, DealWon | DealLost):
            closed = line.recorded
    return None


def _push(expected: date | None, event: object, nth: int) -> Push | None:
    """By the day that was expected when it happened, whatever the event was told then."""
    if not isinstance(event, DealExpectedCloseMoved) or expected is None or event.expected_close is None:
        return None
    if event.expected_close <= expected:
        return None
    return Push(before=expected, after=event.expected_close, nth=nth)


def _days(opened: Standing | None, line: Standing) -> int | None:
    if opened is None or "unknown" in (opened.recorded.precision, line.recorded.precision):
        return None
    return (line.at - opened.at).days


def _quarter(day: date) -> int:
    return (day.month + 2) // 3
