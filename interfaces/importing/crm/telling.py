"""From what an export says of a deal to the lines of a canonical history."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.deal.reading import Standing
from domain.deal.story import fold
from domain.event import Event, Recorded
from interfaces.importing.crm.before import AS_OF, before, causes_before, known_before, opening_known
from interfaces.importing.crm.facts import DETAILS, LABEL, DealFacts, Known, Moment, Place, known_from
from interfaces.importing.crm.moments import Course, Told, place_in, written
from interfaces.importing.crm.rows import Row
from interfaces.importing.table.when import When

OPENING = "opening"
"""The key of an opening: there is one in every deal."""


def told(facts: DealFacts, story: Sequence[Recorded], instant: datetime) -> Iterator[Told]:
    """The lines of a deal, the opening first. `story` is what the store has of it already, `instant` is now.

    What no record of the source dates is told as a difference, at the time of the deal's last change in the
    source, from what this and earlier exports told: the opening keeps what was first told of it, or a later
    owner would have been there from the beginning. What people did here meanwhile is theirs and stays.
    """
    covered = {name for moment in facts.moments for name in moment.says}
    state: dict[str, Known] = {"place": Place(facts.pipeline, None), **facts.first}
    if story:
        first = opening_known(story)
        state |= {name: first.get(name) for name in {*facts.first, *first} - covered}
    yield _opening(facts, state, story)
    gone = _is_gone(story)
    yield from _lines(facts, _course(facts, state, story, None if gone else instant), story)
    if facts.discarded is not False and not gone:
        when = None if facts.discarded is True else facts.discarded
        yield Told(facts.row, "DealDiscarded", {}, "discarded", when, known=known_from(when))
    for each in facts.further:
        yield Told(each.row, each.type, dict(each.data), each.key, each.when, each.by, each.known)


def _course(
    facts: DealFacts, state: dict[str, Known], story: Sequence[Recorded], instant: datetime | None
) -> Course:
    """Where it all leads; with an `instant` on to how the deal stands now.

    It is tried twice before: what is told again shows what else earlier exports told, and where both lead
    shows whether the deal stands elsewhere now, since a time that lies between them.
    """
    begin = _beginning(facts, state)
    originals = {recorded.version: recorded.event for recorded in story}
    steps = [*begin, *_in_order(facts, known_before(story, _keys(story)))]
    tried = _walked(steps, Course(dict(state)), originals, facts.row)
    steps = [*begin, *_in_order(facts, known_before(story, {line.key for line in tried.lines}))]
    if instant is None:
        return _walked(steps, Course(state), originals, facts.row)
    place = _last_place(facts, _walked(steps, Course(dict(state)), originals, facts.row), instant)
    course = _walked(_with(steps, place), Course(state), originals, facts.row)
    for moment in _differences(facts, course, instant):
        course.take(moment)
    return course


def _lines(facts: DealFacts, course: Course, story: Sequence[Recorded]) -> Iterator[Told]:
    """What the course told; outcomes with their causes."""
    outcome = course.outcome
    if outcome is not None:
        if facts.causes:
            outcome.data["causes"] = [cause.model_dump(exclude_none=True) for cause in facts.causes]
        if outcome is course.told_before:
            outcome.when = _placed(facts, course.seen) or outcome.when
    known = causes_before(story)
    for line in course.lines:
        if line.type in ("DealWon", "DealLost") and "causes" not in line.data and line.key in known:
            line.data["causes"] = known[line.key]
        yield line


def _walked(
    steps: Sequence[Moment | Recorded], course: Course, originals: Mapping[int, Event], row: Row
) -> Course:
    """The course after all steps."""
    for step in steps:
        if isinstance(step, Moment):
            course.take(step)
        else:
            before(course, step, originals[step.version], row)
    return course


def _with(steps: Sequence[Moment | Recorded], place: Moment | None) -> list[Moment | Recorded]:
    """The steps with the last place at its time, after all that say where the deal stands."""
    if place is None or place.when is None:
        return [*steps, *([] if place is None else [place])]
    later = 0
    for number, step in enumerate(steps, start=1):
        if isinstance(step, Moment):
            first = step.when is None or step.when.at <= place.when.at or "place" in step.says
        else:
            first = step.occurred_at <= place.when.at
        if first:
            later = number
    return [*steps[:later], place, *steps[later:]]


def _beginning(facts: DealFacts, state: dict[str, Known]) -> list[Moment]:
    """The closing of a deal that was closed from the beginning on."""
    place = place_in(state)
    if place.standing == "open":
        return []
    state["place"] = Place(place.pipeline, None)
    known = known_from(facts.opened)
    return [Moment(facts.opened, {"place": place}, facts.row, OPENING, facts.opened_by, known)]


def _in_order(facts: DealFacts, waiting: list[Standing]) -> Iterator[Moment | Recorded]:
    """The moments, and between them what earlier exports told that no record of the source says."""
    for moment in facts.moments:
        while waiting and moment.when is not None and waiting[0].at < moment.when.at:
            yield waiting.pop(0).recorded
        yield moment
    for each in waiting:
        yield each.recorded


def _opening(facts: DealFacts, state: dict[str, Known], story: Sequence[Recorded]) -> Told:
    place = place_in(state)
    data: dict[str, Any] = {"title": state.get("title") or facts.key}
    for name in (*DETAILS[1:], "owner", "amount", "expected_close"):
        if state.get(name) is not None:
            data[name] = written(state[name])
    labels = {name.removeprefix(LABEL): new for name, new in state.items() if name.startswith(LABEL) and new}
    if labels:
        data["segment"] = labels
    data["pipeline"] = place.pipeline
    if place.stage is not None:
        data["stage"] = place.stage
    when = facts.opened or (When.of(story[0]) if story else None)
    return Told(facts.row, "DealOpened", data, OPENING, when, facts.opened_by, known_from(when))


def _differences(facts: DealFacts, course: Course, instant: datetime) -> Iterator[Moment]:
    """What stands now and nothing told so far."""
    differs = {name: new for name, new in facts.now.items() if course.state.get(name) != new}
    if differs:
        yield _moment(facts, differs, facts.changed, instant)


def _last_place(facts: DealFacts, course: Course, instant: datetime) -> Moment | None:
    """Where the deal stands now, if nothing told so far leads there."""
    place = facts.now.get("place")
    if place is None or place == course.state["place"]:
        return None
    seen = max(filter(None, (course.seen, course.closed)), default=None)
    return _moment(facts, {"place": place}, _placed(facts, seen) or facts.changed, instant)


def _placed(facts: DealFacts, seen: datetime | None) -> When | None:
    """Since when it stands where it does.

    None where its own date cannot say that: it lies after its last change, or before it was `seen` elsewhere.
    """
    placed, changed = facts.placed, facts.changed
    if placed is None or (changed is not None and placed.at > changed.at):
        return None
    latest = known_from(placed) or placed.at
    return None if seen is not None and latest < seen else placed


def _moment(facts: DealFacts, says: dict[str, Known], when: When | None, instant: datetime) -> Moment:
    key = f"{AS_OF}{(instant if when is None else when.at).isoformat()}"
    place = says.get("place")
    if isinstance(place, Place):
        key = f"{key} {place.standing}"
    return Moment(when, says, facts.row, key, None, known_from(facts.changed or when))


def _keys(story: Sequence[Recorded]) -> frozenset[str | None]:
    return frozenset(recorded.line_key for recorded in story)


def _is_gone(story: Sequence[Recorded]) -> bool:
    """Whether the deal was merged or discarded: it stays so, whatever its source says."""
    deal = fold(story)
    return deal is not None and deal.outcome.standing in ("merged", "discarded")
