"""Every time that a deal was won or lost, why, against whom, and what one more line of its story adds."""

from dataclasses import dataclass, replace

from domain.deal.life import DealAmountRevised, DealOpened
from domain.deal.outcome import (
    CausesRecorded,
    DealDiscarded,
    DealLost,
    DealMerged,
    DealReopened,
    DealWon,
)
from domain.deal.outlook import DealCompetitorNoted, DealLeadAccepted
from domain.deal.reading import Standing
from domain.values import Cause, Money
from engine.clock import to_micros
from projections.running.reading_on import FOREVER, Place, moved


@dataclass(frozen=True, slots=True)
class Beginning:
    """When a deal was opened, and first accepted at `sql` (None: not yet)."""

    opened: int
    opened_precision: str
    sql: int | None = None
    sql_precision: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """One win or loss, with the amount that the deal stood at and the place where it was.

    It stands from `read_at` to `until`: to the reopening, the next outcome, the merging or discarding.
    """

    version: int
    outcome: str
    occurred_at: int
    precision: str
    read_at: int
    until: int
    amount: int | None
    currency: str | None
    kind: str | None
    competitor: str | None
    closed_by: str
    place: Place
    beginning: Beginning


@dataclass(frozen=True, slots=True)
class Told:
    """One cause of an outcome (its version), as somebody told it; None: the outcome itself names it.

    It is said from `read_at` to `until`, when the same teller said something else.
    """

    version: int
    nth: int
    outcome: int
    told_by: str | None
    read_at: int
    until: int
    reason: str
    effect: str | None
    weight: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Noted:
    """A competitor, and when they were first noted in the deal."""

    competitor: str
    version: int
    read_at: int


@dataclass(frozen=True, slots=True)
class Closings:
    """A deal's outcomes as far as its story was read, and what the next one will need to know."""

    read_to: int
    beginning: Beginning
    place: Place
    amount: int | None
    currency: str | None
    closed: tuple[Closed, ...] = ()
    told: tuple[Told, ...] = ()
    noted: tuple[Noted, ...] = ()

    @property
    def opened(self) -> int:
        """The opening's instant."""
        return self.beginning.opened


def step(closings: Closings | None, line: Standing) -> Closings:
    """The outcomes after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    if closings is None:
        beginning = Beginning(at, line.recorded.precision)
        closings = Closings(at, beginning, Place("", 0, None), None, None)
    closings = replace(closings, read_to=at, place=moved(closings.place, event))
    match event:
        case DealOpened() | DealAmountRevised():
            closings = _worth(closings, event.amount)
        case DealWon() | DealLost():
            closings = _closed(closings, line, event)
        case DealReopened() | DealMerged() | DealDiscarded():
            closings = _ended(closings, at)
        case CausesRecorded():
            closings = _told(closings, line, event)
        case DealLeadAccepted():
            closings = _accepted(closings, line, event)
        case DealCompetitorNoted():
            closings = _noted(closings, line, event)
        case _:
            pass  # a move to another stage or pipeline: the place has it
    return closings


def _worth(closings: Closings, amount: Money | None) -> Closings:
    if amount is None:
        return replace(closings, amount=None, currency=None)
    return replace(closings, amount=amount.units, currency=amount.currency)


def _closed(closings: Closings, line: Standing, event: DealWon | DealLost) -> Closings:
    recorded, at = line.recorded, to_micros(line.at)
    closings = _ended(closings, at)
    if event.amount is not None:
        closings = _worth(closings, event.amount)
    lost = event if isinstance(event, DealLost) else None
    closed = Closed(
        version=recorded.version,
        outcome="lost" if lost else "won",
        occurred_at=to_micros(recorded.occurred_at),
        precision=recorded.precision,
        read_at=at,
        until=FOREVER,
        amount=closings.amount,
        currency=closings.currency,
        kind=lost.kind if lost else None,
        competitor=lost.competitor if lost else None,
        closed_by=recorded.by.id,
        place=closings.place,
        beginning=closings.beginning,
    )
    told = _causes(line, recorded.version, None, event.causes or (), None)
    return replace(closings, closed=(*closings.closed, closed), told=(*closings.told, *told))


def _ended(closings: Closings, at: int) -> Closings:
    """The outcome that stood, if one did, stands no longer."""
    if not closings.closed or closings.closed[-1].until != FOREVER:
        return closings
    last = replace(closings.closed[-1], until=at)
    return replace(closings, closed=(*closings.closed[:-1], last))


def _told(closings: Closings, line: Standing, event: CausesRecorded) -> Closings:
    """The last word of each teller counts. A word from before its outcome counts from the outcome on."""
    at = to_micros(line.at)
    before = tuple(
        replace(each, until=at)
        if (each.outcome, each.told_by, each.until) == (event.outcome, event.told_by, FOREVER)
        else each
        for each in closings.told
    )
    told = _causes(line, event.outcome, event.told_by, event.causes, event.confidence)
    return replace(closings, told=(*before, *told))


def _causes(
    line: Standing, outcome: int, told_by: str | None, causes: tuple[Cause, ...], confidence: float | None
) -> tuple[Told, ...]:
    return tuple(
        Told(
            version=line.recorded.version,
            nth=nth,
            outcome=outcome,
            told_by=told_by,
            read_at=to_micros(line.at),
            until=FOREVER,
            reason=cause.reason,
            effect=cause.effect,
            weight=cause.weight,
            confidence=confidence,
        )
        for nth, cause in enumerate(causes, 1)
    )


def _accepted(closings: Closings, line: Standing, event: DealLeadAccepted) -> Closings:
    if event.level != "sql" or closings.beginning.sql is not None:
        return closings
    beginning = replace(closings.beginning, sql=to_micros(line.at), sql_precision=line.recorded.precision)
    return replace(closings, beginning=beginning)


def _noted(closings: Closings, line: Standing, event: DealCompetitorNoted) -> Closings:
    if any(each.competitor == event.competitor for each in closings.noted):
        return closings
    noted = Noted(event.competitor, line.recorded.version, to_micros(line.at))
    return replace(closings, noted=(*closings.noted, noted))
