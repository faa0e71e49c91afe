"""What people do and what comes of it: touchpoints, appointments, leads, contracts and wins by person and period."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.deals import Deals
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case, Value
from projections.asking.grouping import dimensions_of
from projections.asking.periods import DAY, duration, month_of, quarter_of, week_of
from projections.asking.question import Question
from projections.asking.report_answer import Worth, echoed, worth_in
from projections.closings.outcomes import Outcomes
from projections.running.known import as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.stages.milestones import Milestones
from projections.touchpoints.credit import Credits
from projections.touchpoints.scorecard_acts import Act, acts
from projections.touchpoints.scorecard_answer import ScorecardAnswer, ScorecardDeal, ScorecardGroup
from projections.touchpoints.scorecard_count import PERSON, Count, Counted
from projections.touchpoints.scorecard_figures import Tally, figures
from projections.touchpoints.scorecard_wins import Following, followings
from projections.touchpoints.touchpoints import Touchpoints

Per = Literal["week", "month", "quarter"]
PERIODS: Mapping[Per, Callable[[int, ZoneInfo], str]] = {
    "week": week_of,
    "month": month_of,
    "quarter": quarter_of,
}


@uncollected()
def scorecard(views: Views, deals: Deals, question: Question, *, per: Per = "week") -> ScorecardAnswer:
    """The figures of each group in each week, month or quarter in which something happened.

    The groups are by person unless the question names others; `person` may be one of two. The period of the
    question bounds when things happened. What counts for several people counts for each, and once in groups
    without them. BadInput for an unknown dimension, the same one twice, or a rate that the table lacks.
    """
    zone = question.zone or deals.zone
    by = question.by or (PERSON,)
    of_deals = replace(question, by=tuple(name for name in by if name != PERSON))
    dimensions = dimensions_of(of_deals.by, zone, also=(PERSON,))
    if by.count(PERSON) > 1:
        dimensions_of(by, zone)  # which refuses a grouping that is named twice
    asked, period_of = question.asked, _periods(PERIODS[per], zone)
    read = (Outcomes(), Touchpoints(), Credits(), Milestones())
    with as_known(views, deals, read, asked.known_at) as known:
        found, undated = cases_on(known, views, asked, question.filters, of_deals.by)
        cases = {case.deal: case for case in found}
        following = followings(known, views, asked, found)
        add = _adding(cases, following, worth_in(question.base), zone)
        values = {case.deal: tuple(each.values(case) for each in dimensions) for case in found}
        count = Count(by, values, period_of, question)
        for act in acts(known, asked, cases, count.start, count.end):
            count.add(act)
    groups = count.groups(add)
    answered = tuple(
        _group(dict(zip((*by, per), key, strict=True)), groups[key], cases, with_deals=question.with_deals)
        for key in count.in_order(groups, {each.name for each in dimensions if each.of_time})
    )
    echo = echoed(deals, of_deals, undated=undated)
    echo["overlapping"] |= PERSON in by
    return ScorecardAnswer(**echo, per=per, undated_acts=count.undated, groups=answered)


def _periods(name: Callable[[int, ZoneInfo], str], zone: ZoneInfo) -> Callable[[int], str]:
    """The name of the period of an instant; looked up once for each day (of UTC) that lies in one period."""
    names: dict[int, str] = {}

    def period(at: int) -> str:
        day = at // DAY
        known = names.get(day)
        if known is not None:
            return known
        first, last = name(day * DAY, zone), name(day * DAY + DAY - 1, zone)
        if first == last:
            names[day] = first
        return name(at, zone)

    return period


def _adding(
    cases: Mapping[bytes, Case], following: Mapping[bytes, Following], worth: Worth, zone: ZoneInfo
) -> Callable[[Tally, Act], None]:
    """What an acceptance that was taken up, and a win, add to a tally."""

    def add(tally: Tally, act: Act) -> None:
        if act.taken is not None:
            accepted, answered = act.taken
            if answered is None:
                tally.counts["waiting", None] += 1
            elif (took := duration(accepted, answered, zone)) is not None:
                tally.responses.append(took)
            return
        tally.counts["won", None] += 1
        case = cases[act.deal]
        if case.closing is not None:
            tally.worths.append(worth(case.closing))
            follows = following.get(act.deal)
            if follows is not None and follows.referrer is not None:
                tally.referrers[follows.referrer] += 1
            elif follows is not None:
                tally.again[case.account] += 1

    return add


def _group(
    by: dict[str, Value], counted: Counted, cases: Mapping[bytes, Case], *, with_deals: bool
) -> ScorecardGroup:
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
    return ScorecardGroup(by=by, behind=tuple(behind) if with_deals else None, **figures(counted.total))
