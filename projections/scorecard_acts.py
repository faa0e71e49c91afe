"""What counts on a scorecard: each act with its deal, the people it counts for, and when it happened."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from projections.appointments import Touch, touches
from projections.asked import Asked
from projections.credit import deal_duties
from projections.dimensions import Case
from projections.known import Known
from projections.milestones import milestones
from projections.periods import Moment

FIGURES = {"planned": "made", "missed": "missed"}
"""What a word about an appointment counts as."""

NEXT = {"mql": "sql", "sql": "opportunity"}
"""The level that a lead is accepted at next."""

CONVERTING = ("ae", "bdr")
"""The duties whose deals are followed to the end."""

Place = tuple[int, int]
"""Where an event stands in the reading order of its deal: the instant and the version."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that counts. `figure` and `detail` say as what; `answered` is when a lead was taken up."""

    deal: bytes
    people: tuple[str, ...]
    at: Moment
    figure: str
    detail: str | None = None
    read_at: Moment | None = None
    answered: Moment | None = None


def acts(known: Known, asked: Asked, cases: Mapping[bytes, Case]) -> Iterator[Act]:
    """All that counts in these deals up to the instant; also what is undated.

    A touchpoint counts for its hosts, else those of its plan, else the deal's owner then. What is of the
    whole deal (an acceptance, a contract, the win) counts for its owner and its teammates then, a duty for
    whom it was given to. `known` has the tables of Touchpoints, Credits and Milestones.
    """
    duties = _duties(known, asked)
    held: dict[bytes, list[Touch]] = defaultdict(list)
    for touch in touches(known, asked):
        if touch.deal in cases:
            yield from _touched(touch)
            if touch.act == "held":
                held[touch.deal].append(touch)
    for deal, passed in _milestones(known, asked).items():
        if deal in cases:
            yield from _passed(passed, duties.get(deal, ()), held[deal])
    for deal, case in cases.items():
        yield from _of_deal(case, duties.get(deal, ()))


def _touched(touch: Touch) -> Iterator[Act]:
    people, at = touch.people, touch.occurred_at
    if touch.act == "held":
        yield Act(touch.deal, people, at, "touchpoint", touch.kind)
        if touch.was_planned:
            yield Act(touch.deal, people, at, "held")
    elif touch.act in FIGURES:
        yield Act(touch.deal, people, at, FIGURES[touch.act])


def _passed(passed: Sequence[Row[Any]], duties: Collection[Row[Any]], held: Sequence[Touch]) -> Iterator[Act]:
    """A lead is accepted at each level once: the first time counts. Each contract counts."""
    levels = {row.level for row in passed}
    seen: set[str] = set()
    for row in passed:
        people, at = _responsible(duties, (row.read_at, row.version)), Moment(row.occurred_at, row.precision)
        if row.kind == "contract":
            yield Act(row.deal, people, at, "contract")
        elif row.kind == "accepted" and row.level not in seen:
            seen.add(row.level)
            yield Act(row.deal, people, at, "accepted", row.level)
            if NEXT.get(row.level) in levels:
                yield Act(row.deal, people, at, "converted", row.level)
            after = next((each for each in held if _place(each) > (row.read_at, row.version)), None)
            answered = None if after is None else Moment(after.read_at, after.occurred_at.precision)
            accepted = Moment(row.read_at, row.precision)
            yield Act(row.deal, people, at, "taken-up", None, accepted, answered)


def _of_deal(case: Case, duties: Collection[Row[Any]]) -> Iterator[Act]:
    """Whom the deal was given to as `ae` or `bdr`, each once; and the win."""
    seen: set[tuple[str, str]] = set()
    for row in duties:
        if row.duty in CONVERTING and (row.person, row.duty) not in seen:
            seen.add((row.person, row.duty))
            at = Moment(row.occurred_at, row.precision)
            yield Act(case.deal, (row.person,), at, "assigned", row.duty)
            if case.outcome == "won":
                yield Act(case.deal, (row.person,), at, "assigned-won", row.duty)
    if case.outcome == "won" and case.closing is not None:
        place = (case.closing.read_at.at, case.closing.version)
        yield Act(case.deal, _responsible(duties, place), case.closing.occurred_at, "won")


def _responsible(duties: Collection[Row[Any]], place: Place) -> tuple[str, ...]:
    """The owner and the teammates at an event of the deal, each once."""
    return tuple(
        dict.fromkeys(
            row.person
            for row in duties
            if (row.read_at, row.version) <= place < (row.until, row.until_version)
        )
    )


def _place(touch: Touch) -> Place:
    return touch.read_at, touch.version


def _duties(known: Known, asked: Asked) -> Mapping[bytes, list[Row[Any]]]:
    table = known.table(deal_duties)
    return _by_deal(known, select(table).where(table.c.read_at <= asked.as_of_micros), table)


def _milestones(known: Known, asked: Asked) -> Mapping[bytes, list[Row[Any]]]:
    table = known.table(milestones)
    passed = select(table).where(
        table.c.read_at <= asked.as_of_micros, table.c.kind.in_(("accepted", "contract"))
    )
    return _by_deal(known, passed, table)


def _by_deal(known: Known, statement: Any, table: Any) -> Mapping[bytes, list[Row[Any]]]:  # noqa: ANN401 - SQLAlchemy's
    """The rows of each deal, in reading order."""
    found: dict[bytes, list[Row[Any]]] = defaultdict(list)
    for row in known.connection.execute(statement.order_by(table.c.deal, table.c.read_at, table.c.version)):
        found[row.deal].append(row)
    return found
