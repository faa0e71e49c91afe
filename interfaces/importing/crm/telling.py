"""From what an export says of a deal to the lines of a canonical history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, assert_never

from domain.deal.outcome import DealLost, DealWon
from domain.deal.story import fold
from domain.event import Recorded
from interfaces.importing.crm.facts import DETAILS, LABEL, DealFacts, Known, Moment, Place, known_from
from interfaces.importing.crm.moments import Course, Told, place_in, written
from interfaces.importing.table.when import When

OPENING = "opening"
"""The key of an opening: there is one in every deal."""


def told(facts: DealFacts, story: Sequence[Recorded]) -> Iterator[Told]:
    """The lines of a deal, the opening first. `story` is what the store has of it already.

    What no record of the source dates is told as a difference from how the deal stood when it was last changed
    in the source: the opening keeps what was first told of it, or a later owner would have been there from
    the beginning.
    """
    covered = {name for moment in facts.moments for name in moment.says}
    state: dict[str, Known] = {"place": Place(facts.pipeline, None), **facts.first}
    if story:
        first = _standing(story[:1], None)
        state |= {name: first.get(name) for name in {*facts.first, "place"} - covered}
    yield _opening(facts, state, story)
    course = Course(state)
    for moment in facts.moments:
        course.take(moment)
    if not _is_gone(story):
        for moment in _differences(facts, course, story, covered):
            course.take(moment)
        if facts.discarded is not False:
            when = None if facts.discarded is True else facts.discarded
            course.lines.append(
                Told(facts.row, "DealDiscarded", {}, "discarded", when, known=known_from(when))
            )
    if course.outcome is not None and facts.causes:
        course.outcome.data["causes"] = [cause.model_dump(exclude_none=True) for cause in facts.causes]
    yield from course.lines
    for each in facts.further:
        yield Told(each.row, each.type, dict(each.data), each.key, each.when, each.by, each.known)


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


def _differences(
    facts: DealFacts, course: Course, story: Sequence[Recorded], covered: set[str]
) -> Iterator[Moment]:
    """What stands now and neither the moments nor the store say: the place, and then all else."""
    stored = _standing(story, None if facts.changed is None else facts.changed.at) if story else {}
    differs: dict[str, Known] = {}
    for name, new in facts.now.items():
        if story and name not in covered:
            course.state[name] = stored.get(name)
            if stored.get(name) != new:
                differs[name] = new
        elif course.state.get(name) != new and not (story and stored.get(name) == new):
            differs[name] = new
    if story and "place" not in covered:
        _put_right(facts, course, story, stored)
    if "place" in differs:
        when = facts.placed or facts.changed
        yield _moment(facts, {"place": differs.pop("place")}, when)
    if differs:
        yield _moment(facts, differs, facts.changed)


def _put_right(facts: DealFacts, course: Course, story: Sequence[Recorded], stored: dict[str, Known]) -> None:
    """Tell an outcome again that only the deal's own row tells, so that its day, amount or causes are put right."""
    place = facts.now.get("place")
    if not isinstance(place, Place) or place.standing == "open" or stored.get("place") != place:
        return
    closed = [each for each in story if isinstance(each.event, DealWon | DealLost)]
    if not closed or closed[-1].line_key is None:
        return
    event = closed[-1].event
    data: dict[str, Any] = {} if isinstance(event, DealWon) else {"kind": "unknown"}
    amount = facts.now.get("amount")
    if amount is not None:
        data["amount"] = written(amount)
    when = facts.placed or When.of(closed[-1])
    course.outcome = Told(facts.row, type(event).__name__, data, closed[-1].line_key, when)
    course.lines.append(course.outcome)


def _moment(facts: DealFacts, says: dict[str, Known], when: When | None) -> Moment:
    key = None if when is None else f"as-of {when.at.isoformat()}"
    return Moment(when, says, facts.row, key, None, known_from(facts.changed or when))


def _standing(story: Sequence[Recorded], as_of: datetime | None) -> dict[str, Known]:
    """How the deal stands in the store, by the names of facts."""
    deal = fold(story, as_of) or fold(story)
    if deal is None:
        return {}
    life, standing = deal.life, deal.outcome.standing
    known: dict[str, Known] = {name: getattr(life, name) for name in DETAILS}
    known |= {f"{LABEL}{label}": value for label, value in life.segment.items()}
    known |= {"owner": deal.team.owner, "amount": life.amount, "expected_close": life.expected_close}
    known["next_step"] = None if deal.outlook.next_step is None else deal.outlook.next_step.text
    match standing:
        case "won" | "lost":
            known["place"] = Place(life.pipeline, None, standing)
        case "open" | "merged" | "discarded":
            known["place"] = Place(life.pipeline, life.stage)
        case _:
            assert_never(standing)
    return known


def _is_gone(story: Sequence[Recorded]) -> bool:
    """Whether the deal was merged or discarded: it stays so, whatever its source says."""
    deal = fold(story)
    return deal is not None and deal.outcome.standing in ("merged", "discarded")
