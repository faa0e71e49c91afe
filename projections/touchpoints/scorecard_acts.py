"""What counts on a scorecard: each act with its deal, the people it counts for, and when it happened."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from json import loads
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Table, or_, select

from domain.event import Precision
from projections.asking.asked import Asked
from projections.asking.dimensions import Case
from projections.asking.periods import Moment
from projections.running.known import Known
from projections.stages.milestones import milestones
from projections.touchpoints.credit import deal_duties
from projections.touchpoints.next_touchpoints import next_held
from projections.touchpoints.touchpoints import touchpoints

FIGURES = {"planned": "made", "missed": "missed"}
"""What a word about an appointment counts as."""

NEXT = {"mql": "sql", "sql": "opportunity"}
"""The level that a lead is accepted at next."""

CONVERTING = ("ae", "bdr")
"""The duties whose deals are followed to the end."""

Place = tuple[int, int]
"""Where an event stands in the reading order of its deal: the instant and the version."""

Passed = tuple[int, int, int, Precision, str | None, str]
"""A milestone: its place, when it happened and how exactly that is known, its level and kind."""

OnDuty = tuple[int, int, int, Precision, str, str, int, int]
"""A duty: its place, when it was given and how exactly that is known, to whom, which, and the place of its end."""

MILESTONE, DUTY = ("level", "kind"), ("person", "duty", "until", "until_version")
"""What stands in them after the first four."""


class Taken(NamedTuple):
    """A lead was accepted, and when the next touchpoint was held; None: none yet."""

    accepted: Moment
    answered: Moment | None


class Act(NamedTuple):
    """One thing that counts; `figure` and `detail` say as what. `at` is in µs; there are many of them."""

    deal: bytes
    people: tuple[str, ...]
    at: int
    precision: str
    figure: str
    detail: str | None = None
    taken: Taken | None = None


def acts(
    known: Known, asked: Asked, cases: Mapping[bytes, Case], start: int | None, end: int | None
) -> Iterator[Act]:
    """All that counts in these deals up to the instant; also what is undated.

    Of the touchpoints, of which there are many, only those in [start, end) are read (µs; None: no bound).

    A touchpoint counts for its hosts, else those of its plan, else the deal's owner then. What is of the
    whole deal (an acceptance, a contract, the win) counts for its owner and its teammates then, a duty for
    whom it was given to. `known` has the tables of Touchpoints, Credits and Milestones.
    """
    yield from _touched(known, asked, cases, start, end)
    duties: Mapping[bytes, list[OnDuty]] = _by_deal(known, deal_duties, DUTY, asked)
    milestones_of: Mapping[bytes, list[Passed]] = _by_deal(known, milestones, MILESTONE, asked)
    answers = next_held(known, asked)
    for deal, passed in milestones_of.items():
        if deal in cases:
            yield from _passed(deal, passed, duties.get(deal, ()), answers)
    for deal, case in cases.items():
        yield from _of_deal(case, duties.get(deal, ()))


def _touched(
    known: Known, asked: Asked, cases: Mapping[bytes, Case], start: int | None, end: int | None
) -> Iterator[Act]:
    table = known.table(touchpoints)
    names = ("deal", "act", "kind", "people", "planned", "occurred_at", "precision")
    said = select(*(table.c[name] for name in names)).where(table.c.read_at <= asked.as_of_micros)
    undated = table.c.precision == "unknown"
    if start is not None:
        said = said.where(or_(undated, table.c.occurred_at >= start))
    if end is not None:
        said = said.where(or_(undated, table.c.occurred_at < end))
    for deal, act, kind, listed, planned, at, precision in _many(known, said):
        if deal not in cases:
            continue
        people = () if listed is None else _people(listed)
        if act == "held":
            yield Act(deal, people, at, precision, "touchpoint", kind)
            if planned:
                yield Act(deal, people, at, precision, "held")
        elif act in FIGURES:
            yield Act(deal, people, at, precision, FIGURES[act])


@lru_cache(maxsize=4096)
def _people(listed: str) -> tuple[str, ...]:
    return tuple(loads(listed))


def _passed(
    deal: bytes,
    passed: Sequence[Passed],
    duties: Sequence[OnDuty],
    answers: Mapping[tuple[bytes, int], Moment],
) -> Iterator[Act]:
    """A lead is accepted at each level once: the first time counts. Each contract counts."""
    levels = {level for _, _, _, _, level, _ in passed}
    seen: set[str | None] = set()
    for read_at, version, at, precision, level, kind in passed:
        if kind == "contract":
            yield Act(deal, _responsible(duties, (read_at, version)), at, precision, "contract")
        elif kind == "accepted" and level not in seen:
            seen.add(level)
            people = _responsible(duties, (read_at, version))
            yield Act(deal, people, at, precision, "accepted", level)
            if NEXT.get(level or "") in levels:
                yield Act(deal, people, at, precision, "converted", level)
            taken = Taken(Moment(read_at, precision), answers.get((deal, version)))
            yield Act(deal, people, at, precision, "taken-up", None, taken)


def _of_deal(case: Case, duties: Sequence[OnDuty]) -> Iterator[Act]:
    """Whom the deal was given to as `ae` or `bdr`, each once; and the win."""
    seen: set[tuple[str, str]] = set()
    for _, _, at, precision, person, duty, _, _ in duties:
        if duty in CONVERTING and (person, duty) not in seen:
            seen.add((person, duty))
            yield Act(case.deal, (person,), at, precision, "assigned", duty)
            if case.outcome == "won":
                yield Act(case.deal, (person,), at, precision, "assigned-won", duty)
    if case.outcome == "won" and case.closing is not None:
        people = _responsible(duties, (case.closing.read_at.at, case.closing.version))
        at, precision = case.closing.occurred_at
        yield Act(case.deal, people, at, precision, "won")


def _responsible(duties: Sequence[OnDuty], place: Place) -> tuple[str, ...]:
    """The owner and the teammates at an event of the deal, each once."""
    people = [
        person
        for read_at, version, _, _, person, _, until, until_version in duties
        if (read_at, version) <= place < (until, until_version)
    ]
    return tuple(dict.fromkeys(people))


def _by_deal(known: Known, logical: Table, names: Sequence[str], asked: Asked) -> Mapping[bytes, list[Any]]:
    """Of each deal the rows that are read up to the instant, in reading order, which their place begins.

    Plain tuples: the garbage collector need not look at them again and again.
    """
    table = known.table(logical)
    columns = [table.c[name] for name in ("deal", "read_at", "version", "occurred_at", "precision", *names)]
    found: dict[bytes, list[Any]] = defaultdict(list)
    for row in _many(known, select(*columns).where(table.c.read_at <= asked.as_of_micros)):
        found[row[0]].append(row[1:])
    for rows in found.values():
        rows.sort()  # a few each, by their place: to order all of them takes the database twice the time
    return found


def _many(known: Known, statement: Select[Any]) -> Iterator[Row[Any]]:
    """The rows of a statement, fetched many at a time: one at a time takes half as long again."""
    for part in known.connection.execute(statement).partitions(5_000):
        yield from part
