"""What was learned and decided in retrospectives, and which of it is done, by group and period."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, select

from engine.clock import from_micros, to_micros
from engine.deals import Deals
from projections.asking.asked import Asked
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case
from projections.asking.grouping import grouped
from projections.asking.periods import day_of
from projections.asking.question import Question
from projections.asking.report_answer import behind, echoed, worth_in
from projections.causes.retrospectives import (
    Retrospectives,
    retrospective_actions,
    retrospective_points,
    retrospectives,
)
from projections.causes.retrospectives_answer import (
    ActionsCounted,
    ActionTold,
    AreaLearned,
    Counted,
    LessonTold,
    ReasonSeen,
    RetrospectivesAnswer,
    RetrospectivesGroup,
)
from projections.closings.outcomes import Outcomes
from projections.running.known import Known, as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views

Held = Mapping[bytes, list[Row[Any]]]
"""Rows by the deal that they belong to."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands at the instant: retrospectives in the period, with their points and actions, by deal."""

    held: Held
    points: Held
    actions: Held
    undated: int
    now: int
    """The instant itself, in µs."""


@uncollected()
def retrospectives_of(views: Views, deals: Deals, question: Question) -> RetrospectivesAnswer:
    """What was seen, learned and planned in the retrospectives that were held in the period.

    BadInput for an unknown dimension.
    """
    zone = question.zone or deals.zone
    now = to_micros(question.asked.as_of or deals.clock())
    with as_known(views, deals, (Outcomes(), Retrospectives()), question.asked.known_at) as known:
        cases, undated = cases_on(known, views, question.asked, question.filters, question.by)
        found = _found(known, question, {case.deal for case in cases}, now)
    looked_at = [case for case in cases if case.deal in found.held]
    groups = tuple(
        _group(by, each, found, question, zone) for by, each in grouped(looked_at, question.by, zone)
    )
    return RetrospectivesAnswer(**echoed(deals, question, undated=undated + found.undated), groups=groups)


def _found(known: Known, question: Question, chosen: set[bytes], now: int) -> _Found:
    start = None if question.start is None else to_micros(question.start)
    end = None if question.end is None else to_micros(question.end)
    held: dict[bytes, list[Row[Any]]] = defaultdict(list)
    without: set[bytes] = set()
    for row in _standing(known, retrospectives, question.asked):
        if row.deal not in chosen:
            continue
        if (start is not None or end is not None) and row.precision == "unknown":
            without.add(row.deal)
        elif (start is None or start <= row.occurred_at) and (end is None or row.occurred_at < end):
            held[row.deal].append(row)
    inside = {(deal, row.version) for deal, rows in held.items() for row in rows}
    points = known.connection.execute(select(known.table(retrospective_points)).order_by(*_in_order(known)))
    return _Found(
        held=held,
        points=_by_deal(row for row in points if (row.deal, row.version) in inside),
        actions=_by_deal(
            row
            for row in _standing(known, retrospective_actions, question.asked)
            if (row.deal, row.version) in inside
        ),
        undated=len(without),
        now=now,
    )


def _in_order(known: Known) -> Sequence[Any]:
    table = known.table(retrospective_points)
    return table.c.deal, table.c.version, table.c.kind, table.c.nth


def _standing(known: Known, logical: Table, asked: Asked) -> Iterable[Row[Any]]:
    table = known.table(logical)
    stands = table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros
    return known.connection.execute(select(table).where(*stands).order_by(*table.primary_key))


def _by_deal(rows: Iterable[Row[Any]]) -> Held:
    found: dict[bytes, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.deal].append(row)
    return found


def _group(
    by: dict[str, str | None], cases: Sequence[Case], found: _Found, question: Question, zone: ZoneInfo
) -> RetrospectivesGroup:
    points = [row for case in cases for row in found.points.get(case.deal, ())]
    names = {(row.deal, row.version): row.retrospective for case in cases for row in found.held[case.deal]}
    actions = [
        _action(row, names[row.deal, row.version], found.now, zone)
        for case in cases
        for row in found.actions.get(case.deal, ())
    ]
    lessons = [row for row in points if row.kind == "lesson"]
    return RetrospectivesGroup(
        by=by,
        deals=len(cases),
        retrospectives=len(names),
        pushed=_reasons(points, "pushed"),
        blocked=_reasons(points, "blocked"),
        lessons=tuple(AreaLearned(area=code, **dict(each)) for code, each in _counted(lessons)),
        actions=ActionsCounted(
            planned=len(actions),
            done=sum(each.done_at is not None for each in actions),
            open=sum(each.done_at is None for each in actions),
            overdue=sum(each.overdue for each in actions),
        ),
        lessons_told=tuple(
            LessonTold(deal=UUID(bytes=row.deal), area=row.code, text=row.text)
            for row in sorted(lessons, key=lambda row: (row.code is None, row.code or ""))
        ),
        actions_told=tuple(sorted(actions, key=_due_first)),
        behind=tuple(behind(case, worth_in(question.base)) for case in cases)
        if question.with_deals
        else None,
    )


def _reasons(points: Iterable[Row[Any]], kind: str) -> tuple[ReasonSeen, ...]:
    seen = [row for row in points if row.kind == kind]
    return tuple(ReasonSeen(reason=code, **dict(each)) for code, each in _counted(seen))


def _counted(rows: Iterable[Row[Any]]) -> list[tuple[str | None, Counted]]:
    """How often each code, and in how many deals; the most frequent first, what has none last."""
    found: dict[str | None, list[bytes]] = defaultdict(list)
    for row in rows:
        found[row.code].append(row.deal)
    order = sorted(found, key=lambda code: (code is None, -len(found[code]), code or ""))
    return [(code, Counted(times=len(found[code]), deals=len(set(found[code])))) for code in order]


def _action(row: Row[Any], retrospective: str, now: int, zone: ZoneInfo) -> ActionTold:
    done = row.finished <= now
    due = None if row.due is None else date.fromisoformat(row.due)
    return ActionTold(
        deal=UUID(bytes=row.deal),
        retrospective=retrospective,
        action=row.action,
        text=row.text,
        owner=row.owner,
        due=due,
        done_at=from_micros(row.finished) if done else None,
        overdue=not done and due is not None and due < day_of(now, zone),
    )


def _due_first(action: ActionTold) -> tuple[bool, bool, date, str]:
    return action.done_at is not None, action.due is None, action.due or date.max, action.action
