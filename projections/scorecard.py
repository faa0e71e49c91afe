"""What people do and what comes of it: touchpoints, appointments, leads, contracts and wins by person and period."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.clock import to_micros
from engine.deals import Deals
from projections.cases import cases_on
from projections.credit import Credits
from projections.dimensions import Case, Dimension, Value
from projections.grouping import dimensions_of
from projections.known import as_known
from projections.milestones import Milestones
from projections.outcomes import Outcomes
from projections.periods import duration, month_of, quarter_of, week_of
from projections.question import Question
from projections.report_answer import Worth, echoed, worth_in
from projections.scorecard_acts import Act, acts
from projections.scorecard_answer import ScorecardAnswer, ScorecardDeal, ScorecardGroup
from projections.scorecard_figures import Tally, figures
from projections.scorecard_wins import Following, followings
from projections.touchpoints import Touchpoints
from projections.views import Views

Per = Literal["week", "month", "quarter"]
PERIODS: Mapping[Per, Callable[[int, ZoneInfo], str]] = {
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
}
PERSON = "person"
"""The grouping by whom something counts for; the others are groupings of deals."""

DERIVED = ("held", "converted", "taken-up", "assigned-won")
"""Figures that tell of the same event as another one."""

Key = tuple[Value, ...]


@dataclass(slots=True)
class Counted:
    """The tallies of a group and period, by deal."""

    deals: dict[bytes, Tally] = field(default_factory=lambda: defaultdict(Tally))


def scorecard(views: Views, deals: Deals, question: Question, *, per: Per = "week") -> ScorecardAnswer:
    """The figures of each group in each week, month or quarter in which something happened.

    The groups are by person unless the question names others; `person` may be one of two. The period of the
    question bounds when things happened. What counts for several people counts for each, and once in groups
    without them. BadInput for an unknown dimension, the same one twice, or a rate that the table lacks.
    """
    zone = question.zone or deals.zone
    by = question.by or (PERSON,)
    of_deals = replace(question, by=tuple(name for name in by if name != PERSON))
    dimensions = {each.name: each for each in dimensions_of(of_deals.by, zone)}
    if by.count(PERSON) > 1:
        dimensions_of(by, zone)  # which refuses a grouping that is named twice
    asked = question.asked
    read = (Outcomes(), Touchpoints(), Credits(), Milestones())
    with as_known(views, deals, read, asked.known_at) as known:
        found, undated = cases_on(known, views, asked, question.filters, of_deals.by)
        cases = {case.deal: case for case in found}
        done = list(acts(known, asked, cases))
        following = followings(known, views, asked, cases.values())
    inside = [act for act in done if act.at.precision != "unknown" and _within(act, question)]
    undated_acts = sum(act.at.precision == "unknown" and act.figure not in DERIVED for act in done)
    add = _adding(cases, following, worth_in(question.base), zone)
    groups: dict[Key, Counted] = defaultdict(Counted)
    for act in inside:
        period = PERIODS[per](act.at.at, zone)
        for key in _keys(act, cases[act.deal], by, dimensions):
            add(groups[*key, period].deals[act.deal], act)
    answered = tuple(
        _group(dict(zip((*by, per), key, strict=True)), groups[key], cases, with_deals=question.with_deals)
        for key in _in_order(groups, by, dimensions)
    )
    echo = echoed(deals, of_deals, undated=undated)
    echo["overlapping"] |= PERSON in by
    return ScorecardAnswer(**echo, per=per, undated_acts=undated_acts, groups=answered)


def _within(act: Act, question: Question) -> bool:
    after_start = question.start is None or act.at.at >= to_micros(question.start)
    return after_start and (question.end is None or act.at.at < to_micros(question.end))


def _keys(act: Act, case: Case, by: Sequence[str], dimensions: Mapping[str, Dimension]) -> Iterator[Key]:
    values: Iterable[Sequence[Value]] = (
        (act.people or (None,)) if name == PERSON else dimensions[name].values(case) for name in by
    )
    return product(*values)


def _adding(
    cases: Mapping[bytes, Case], following: Mapping[bytes, Following], worth: Worth, zone: ZoneInfo
) -> Callable[[Tally, Act], None]:
    """What an act adds to a tally."""

    def add(tally: Tally, act: Act) -> None:
        if act.figure == "taken-up":
            if act.answered is None:
                tally.counts["waiting", None] += 1
            elif act.read_at is not None:
                took = duration(act.read_at, act.answered, zone)
                tally.responses.extend([] if took is None else [took])
            return
        tally.counts[act.figure, act.detail] += 1
        case = cases[act.deal]
        if act.figure == "won" and case.closing is not None:
            tally.worths.append(worth(case.closing))
            follows = following.get(act.deal)
            if follows is not None and follows.referrer is not None:
                tally.referrers[follows.referrer] += 1
            elif follows is not None:
                tally.again[case.account] += 1

    return add


def _in_order(
    groups: Mapping[Key, Counted], by: Sequence[str], dimensions: Mapping[str, Dimension]
) -> list[Key]:
    """As other reports (people by the number of their deals), each group's periods by time."""
    behind: list[dict[Value, set[bytes]]] = [defaultdict(set) for _ in by]
    for key, counted in groups.items():
        for sets, value in zip(behind, key, strict=False):
            sets[value].update(counted.deals)

    def place(key: Key) -> tuple[tuple[bool, int, str], ...]:
        return tuple(
            (
                value is None,
                0 if name != PERSON and dimensions[name].of_time else -len(sets[value]),
                value or "",
            )
            for name, sets, value in zip(by, behind, key, strict=False)
        )

    return sorted(groups, key=lambda key: (place(key), key[-1]))


def _group(
    by: dict[str, Value], counted: Counted, cases: Mapping[bytes, Case], *, with_deals: bool
) -> ScorecardGroup:
    total = Tally()
    for tally in counted.deals.values():
        total.update(tally)
    behind = (
        ScorecardDeal(
            deal=UUID(bytes=deal),
            title=cases[deal].title,
            owner=cases[deal].owner,
            outcome=cases[deal].outcome,
            **figures(tally),
        )
        for deal, tally in sorted(counted.deals.items(), key=lambda each: (cases[each[0]].title, each[0]))
    )
    return ScorecardGroup(by=by, behind=tuple(behind) if with_deals else None, **figures(total))
