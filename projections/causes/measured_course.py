"""The course of a closed deal: pushes, rules set aside, competitors, follow-ups that were late, the first answer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from domain.deal.life import DealExpectedCloseMoved, DealOpened, DealStageChanged
from domain.deal.outlook import DealCompetitorNoted
from domain.deal.reading import Standing
from domain.deal.touchpoints import TouchpointHeld
from engine.clock import to_micros
from projections.asking.periods import DAY
from projections.causes.measuring import Mark, Measure, counted, lasted, mark
from projections.followups.agenda import Agenda, Item, step
from projections.followups.followups import FollowUps

FOLLOWED_UP = ("next-step", "task", "touchpoint")
"""What of a deal's agenda somebody of ours is to do by a day."""

EVERYWHERE = timedelta(hours=12)
"""A day that is over here is over everywhere on earth so much later: a fold knows no zone."""


def course(lines: Sequence[Standing]) -> Mapping[str, Measure]:
    """The measures of a deal's course up to the last of its lines; a duration that it does not have is left out."""
    competitors, arrival = _competitors(lines)
    agenda = _agenda(lines)
    pushes = list(_pushes(lines))
    overrides = (
        line.recorded.version
        for line in lines
        if isinstance(line.recorded.event, DealStageChanged) and line.recorded.event.override is not None
    )
    measured = {
        "pushes": counted(version for version, _ in pushes),
        "overrides": counted(overrides),
        "competitors": counted(competitors.values()),
        "late-follow-ups": counted(_late(agenda, to_micros(lines[-1].at))),
    }
    durations = {
        "pushed-days": _pushed_by(pushes),
        "competitor-arrival": arrival,
        "first-response": _first_response(lines),
    }
    return {**measured, **{name: each for name, each in durations.items() if each is not None}}


def _pushed_by(pushes: Sequence[tuple[int, int]]) -> Measure | None:
    """How far the expected close was moved back in all; None where it was not."""
    if not pushes:
        return None
    return Measure(sum(days for _, days in pushes) * DAY, tuple(version for version, _ in pushes))


def _pushes(lines: Sequence[Standing]) -> Iterator[tuple[int, int]]:
    """Each move of the expected close to a later date, and by how many days."""
    expected: date | None = None
    for line in lines:
        event = line.recorded.event
        match event:
            case DealOpened():
                expected = event.expected_close
            case DealExpectedCloseMoved():
                later = event.expected_close
                if expected is not None and later is not None and later > expected:
                    yield line.recorded.version, (later - expected).days
                expected = later
            case _:
                pass


def _competitors(lines: Sequence[Standing]) -> tuple[Mapping[str, int], Measure | None]:
    """Since which event each competitor is in the deal who is not out of it, and how late the first arrived."""
    here: dict[str, int] = {}
    arrival: Measure | None = None
    seen = False
    for line in lines:
        event = line.recorded.event
        if not isinstance(event, DealCompetitorNoted):
            continue
        if not seen:
            seen, arrival = True, lasted(mark(lines[0]), mark(line))
        if event.standing == "out":
            here.pop(event.competitor, None)
        else:
            here.setdefault(event.competitor, line.recorded.version)
    return here, arrival


def _agenda(lines: Sequence[Standing]) -> Agenda:
    agenda = step(None, lines[0])
    for line in lines[1:]:
        if line.recorded.type in FollowUps.types:
            agenda = step(agenda, line)
    return agenda


def _late(agenda: Agenda, closed: int) -> Iterator[int]:
    """What was not done, or not done in time; what was due when the deal closed is not."""
    for item in agenda.items:
        if item.kind in FOLLOWED_UP and (item.ended == "missed" or _is_late(item, closed)):
            yield item.version


def _is_late(item: Item, closed: int) -> bool:
    """A due day is over when it is so everywhere; an appointment may be held within a day."""
    over = None
    if item.due_day is not None:
        day = datetime.combine(date.fromisoformat(item.due_day), datetime.min.time(), UTC)
        over = to_micros(day + EVERYWHERE) + DAY
    elif item.due_at is not None:
        over = item.due_at + DAY
    return over is not None and min(item.until, closed) >= over


def _first_response(lines: Sequence[Standing]) -> Measure | None:
    """From the opening to the first held touchpoint that went out from us."""
    first: Mark | None = None
    for line in lines:
        event = line.recorded.event
        if isinstance(event, TouchpointHeld) and event.direction == "out":
            first = mark(line)
            break
    return None if first is None else lasted(mark(lines[0]), first)
