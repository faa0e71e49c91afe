"""The retrospectives of a deal: what was seen and learned, what is to be done, and what one more line adds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.deal.reading import Standing
from domain.deal.retrospective import Observation, RetrospectiveActionFinished, RetrospectiveHeld
from engine.clock import to_micros
from projections.running.reading_on import FOREVER


@dataclass(frozen=True, slots=True)
class Held:
    """One retrospective. It stands until it is told again under its name."""

    version: int
    retrospective: str
    outcome: int | None
    participants: tuple[str, ...]
    occurred_at: int
    precision: str
    read_at: int
    until: int = FOREVER


@dataclass(frozen=True, slots=True)
class Point:
    """Something that was seen (`pushed`, `blocked`: `code` is a reason) or learned (`lesson`: an area)."""

    version: int
    kind: str
    nth: int
    code: str | None
    text: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """An action. It stands until it is planned again, or its retrospective is told again."""

    version: int
    nth: int
    action: str
    text: str
    owner: str | None
    due: str | None
    read_at: int
    until: int = FOREVER
    finished: int = FOREVER
    finished_version: int | None = None


@dataclass(frozen=True, slots=True)
class Lookings:
    """A deal's retrospectives, as far as its story was read."""

    opened: int
    read_to: int
    held: tuple[Held, ...] = ()
    points: tuple[Point, ...] = ()
    planned: tuple[Planned, ...] = ()


def step(known: Lookings | None, line: Standing) -> Lookings:
    """The retrospectives after one more line of the story; the first is the opening."""
    at = to_micros(line.at)
    if known is None:
        return Lookings(at, at)
    known = replace(known, read_to=at)
    match line.recorded.event:
        case RetrospectiveHeld() as event:
            return _held(known, line, event)
        case RetrospectiveActionFinished() as event:
            return replace(
                known, planned=tuple(_finished(each, line, event.action) for each in known.planned)
            )
        case _:
            return known


def _held(known: Lookings, line: Standing, event: RetrospectiveHeld) -> Lookings:
    at, version = to_micros(line.at), line.recorded.version
    again = {
        each.version
        for each in known.held
        if each.retrospective == event.retrospective and each.until == FOREVER
    }
    anew = {each.action for each in event.actions}
    held = Held(
        version=version,
        retrospective=event.retrospective,
        outcome=event.outcome,
        participants=event.participants,
        occurred_at=to_micros(line.recorded.occurred_at),
        precision=line.recorded.precision,
        read_at=at,
    )
    before = tuple(
        replace(each, until=at)
        if each.until == FOREVER and (each.version in again or each.action in anew)
        else each
        for each in known.planned
    )
    return replace(
        known,
        held=(*(replace(each, until=at) if each.version in again else each for each in known.held), held),
        points=(*known.points, *_points(version, event)),
        planned=(*before, *_planned(version, at, event)),
    )


def _points(version: int, event: RetrospectiveHeld) -> Iterator[Point]:
    seen: tuple[tuple[str, tuple[Observation, ...]], ...] = (
        ("pushed", event.pushed),
        ("blocked", event.blocked),
    )
    for kind, observations in seen:
        for nth, each in enumerate(observations, 1):
            yield Point(version, kind, nth, each.reason, each.text, each.evidence or ())
    for nth, lesson in enumerate(event.lessons, 1):
        yield Point(version, "lesson", nth, lesson.area, lesson.text, ())


def _planned(version: int, at: int, event: RetrospectiveHeld) -> Iterator[Planned]:
    """Named twice in one retrospective, an action is what was said last."""
    last = {each.action: each for each in event.actions}
    for nth, each in enumerate(last.values(), 1):
        due = None if each.due is None else each.due.isoformat()
        yield Planned(version, nth, each.action, each.text, each.owner, due, at)


def _finished(planned: Planned, line: Standing, action: str) -> Planned:
    """The action, done if it is the one that stands and is not done yet."""
    if (planned.action, planned.until, planned.finished) != (action, FOREVER, FOREVER):
        return planned
    return replace(planned, finished=to_micros(line.at), finished_version=line.recorded.version)
