"""What a buyer needs as it was told over time, whether it is met, and the solutions that we proposed for it."""

from dataclasses import dataclass, replace

from domain.deal.needs import NeedRecorded, NeedRevised, NeedSettled, SolutionProposed
from domain.deal.reading import Standing
from engine.clock import to_micros
from projections.running.reading_on import FOREVER


@dataclass(frozen=True, slots=True)
class Need:
    """A need as it was understood until something else was said of it, as the table holds it."""

    version: int
    need: str
    recorded: int
    read_at: int
    precision: str
    kind: str | None = None
    topic: str | None = None
    text: str | None = None
    importance: int | None = None
    contact: str | None = None
    met: str | None = None
    offer: str | None = None
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Solution:
    """A solution until another took its place, as the table holds it."""

    version: int
    solution: str
    revises: str | None
    summary: str
    read_at: int
    precision: str
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Purpose:
    """A need that a solution (the event's version) is for, as the table holds it."""

    version: int
    need: str


@dataclass(frozen=True, slots=True)
class NeedsTold:
    """The needs of a deal as far as its story was read."""

    opened: int
    read_to: int
    needs: tuple[Need, ...] = ()
    solutions: tuple[Solution, ...] = ()
    purposes: tuple[Purpose, ...] = ()


def step(told: NeedsTold | None, line: Standing) -> NeedsTold:
    """The needs after one more line of the story; the first is the opening."""
    event, at = line.recorded.event, to_micros(line.at)
    if told is None:
        return NeedsTold(at, at)
    told = replace(told, read_to=at)
    match event:
        case NeedRecorded():
            return _said(told, _recorded(line, event))
        case NeedRevised():
            before = _spoken_of(told, line, event.need)
            revised = replace(
                before, text=event.text or before.text, importance=event.importance or before.importance
            )
            return _said(told, revised)
        case NeedSettled():
            before = _spoken_of(told, line, event.need)
            return _said(told, replace(before, met=event.met, offer=event.offer))
        case SolutionProposed():
            return _proposed(told, line, event)
        case _:
            return told  # an opening that stands behind the first line: no need is in it


def _recorded(line: Standing, event: NeedRecorded) -> Need:
    """A need that is recorded again is a new one."""
    return Need(
        version=line.recorded.version,
        need=event.need,
        recorded=to_micros(line.at),
        read_at=to_micros(line.at),
        precision=line.recorded.precision,
        kind=event.kind,
        topic=event.topic,
        text=event.text,
        importance=event.importance,
        contact=event.contact,
    )


def _spoken_of(told: NeedsTold, line: Standing, need: str) -> Need:
    """The need as it was understood so far, from this line on; what was never recorded has an id alone."""
    at, version, precision = to_micros(line.at), line.recorded.version, line.recorded.precision
    last = next((each for each in told.needs if (each.need, each.until) == (need, FOREVER)), None)
    if last is None:
        return Need(version, need, at, at, precision)
    return replace(last, version=version, read_at=at, precision=precision)


def _said(told: NeedsTold, need: Need) -> NeedsTold:
    before = tuple(
        replace(each, until=need.read_at) if (each.need, each.until) == (need.need, FOREVER) else each
        for each in told.needs
    )
    return replace(told, needs=(*before, need))


def _proposed(told: NeedsTold, line: Standing, event: SolutionProposed) -> NeedsTold:
    """It takes the place of the one that it revises, and of what was proposed under its own id."""
    at, version = to_micros(line.at), line.recorded.version
    before = tuple(
        replace(each, until=at)
        if each.until == FOREVER and each.solution in (event.solution, event.revises)
        else each
        for each in told.solutions
    )
    new = Solution(version, event.solution, event.revises, event.summary, at, line.recorded.precision)
    purposes = tuple(Purpose(version, need) for need in dict.fromkeys(event.needs or ()))
    return replace(told, solutions=(*before, new), purposes=(*told.purposes, *purposes))
