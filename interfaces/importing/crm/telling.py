"""From what an export says of a deal to the lines of a canonical history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from domain.deal.story import fold
from domain.event import Recorded
from interfaces.importing.crm.before import AS_OF, before, known_before, opening_known
from interfaces.importing.crm.facts import DETAILS, LABEL, DealFacts, Known, Moment, Place, known_from
from interfaces.importing.crm.moments import Course, Told, place_in, written
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
    course = Course(state)
    for step in _in_order(facts, course, story):
        if isinstance(step, Moment):
            course.take(step)
        else:
            before(course, step, facts.row)
    yield from _lines(facts, course, story, instant)
    for each in facts.further:
        yield Told(each.row, each.type, dict(each.data), each.key, each.when, each.by, each.known)


def _lines(facts: DealFacts, course: Course, story: Sequence[Recorded], instant: datetime) -> Iterator[Told]:
    """What the course told, with what it does not lead to: how the deal stands now."""
    gone = _is_gone(story)
    if not gone:
        for moment in _differences(facts, course, instant):
            course.take(moment)
    outcome = course.outcome
    if outcome is not None:
        if facts.causes:
            outcome.data["causes"] = [cause.model_dump(exclude_none=True) for cause in facts.causes]
        if outcome not in course.lines and not gone:
            # An earlier export told it; its day, amount or causes may be others now.
            outcome.when = _placed(facts, course) or outcome.when
            yield outcome
    yield from course.lines
    if facts.discarded is not False and not gone:
        when = None if facts.discarded is True else facts.discarded
        yield Told(facts.row, "DealDiscarded", {}, "discarded", when, known=known_from(when))


def _in_order(facts: DealFacts, course: Course, story: Sequence[Recorded]) -> Iterator[Moment | Recorded]:
    """The moments, and between them what earlier exports told that no record of the source says."""
    place = place_in(course.state)
    if place.standing != "open":
        course.state["place"] = Place(place.pipeline, None)
        known = known_from(facts.opened)
        yield Moment(facts.opened, {"place": place}, facts.row, OPENING, facts.opened_by, known)
    waiting = known_before(story)
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
    """What stands now and nothing told so far: the place, and then all else."""
    differs = {name: new for name, new in facts.now.items() if course.state.get(name) != new}
    if "place" in differs:
        when = _placed(facts, course) or facts.changed
        yield _moment(facts, {"place": differs.pop("place")}, when, instant)
    if differs:
        yield _moment(facts, differs, facts.changed, instant)


def _placed(facts: DealFacts, course: Course) -> When | None:
    """Since when it stands where it does.

    None where its own date cannot say that: it lies after its last change, or before it was seen elsewhere.
    """
    placed, changed = facts.placed, facts.changed
    if placed is None or (changed is not None and placed.at > changed.at):
        return None
    latest = known_from(placed) or placed.at
    return None if course.seen is not None and latest < course.seen else placed


def _moment(facts: DealFacts, says: dict[str, Known], when: When | None, instant: datetime) -> Moment:
    key = f"{AS_OF}{(instant if when is None else when.at).isoformat()}"
    return Moment(when, says, facts.row, key, None, known_from(facts.changed or when))


def _is_gone(story: Sequence[Recorded]) -> bool:
    """Whether the deal was merged or discarded: it stays so, whatever its source says."""
    deal = fold(story)
    return deal is not None and deal.outcome.standing in ("merged", "discarded")
