"""How often and how far expected closes are pushed, and how many expected deals do not close in time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.clock import from_micros, to_micros
from engine.deals import Deals
from projections.asking.cases import cases_on
from projections.asking.cycle import spread
from projections.asking.dimensions import Case
from projections.asking.grouping import grouped
from projections.asking.question import Question
from projections.asking.report_answer import FLOOR, Worth, behind, echoed, worth_in
from projections.closings.outcomes import Outcomes
from projections.running.known import as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.stages.expected_closes import (
    SURE,
    Became,
    Expected,
    Period,
    became,
    expected_in,
    expected_now,
    tally,
)
from projections.stages.pushes import Push, pushes_on
from projections.stages.slips_answer import (
    MostPushed,
    Pushed,
    PushTold,
    Slip,
    SlipsAnswer,
    SlipsDeal,
    SlipsGroup,
)
from projections.states.as_of import States, states_on
from projections.states.openings import within

MOST = 10
"""How many of the most pushed deals are named."""


@dataclass(frozen=True, slots=True)
class Slipping:
    """A deal with its pushes in the period, and what became of it if it was expected to close then."""

    case: Case
    pushes: Sequence[Push]
    expected: Expected | None
    became: Became | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of all deals; without a `period` nothing is expected."""

    pushes: Mapping[bytes, Sequence[Push]]
    period: Period | None
    expected: Mapping[bytes, Expected]
    still_expected: Mapping[bytes, date]
    now: int


@uncollected()
def slips(views: Views, deals: Deals, question: Question) -> SlipsAnswer:
    """Pushes and slips as of an instant.

    The period bounds the pushes. With a beginning and an end the deals are followed that were open when it
    began (right before its first instant) and expected to close in it. BadInput as of `grouped`, or for a
    missing rate.
    """
    zone = question.zone or deals.zone
    with as_known(views, deals, (Outcomes(),), question.asked.known_at) as known:
        cases, undated = cases_on(known, views, question.asked, question.filters, question.by)
        watched = _watched(
            known.connection, states_on(views, known.connection), question, deals.clock(), zone
        )
    slipping = {}
    for case in cases:
        found, is_undated = _slipping(case, question, watched)
        undated += is_undated
        if found.pushes or found.became is not None:
            slipping[case.deal] = found
    worth = worth_in(question.base)
    groups = tuple(
        _group(
            by, [slipping[case.deal] for case in members], question, worth, slips=watched.period is not None
        )
        for by, members in grouped([each.case for each in slipping.values()], question.by, zone)
    )
    return SlipsAnswer(
        **echoed(deals, question, undated=undated),
        most_pushed=tuple(_most(slipping.values())),
        groups=groups,
    )


def _watched(
    connection: Connection, states: States, question: Question, clock: datetime, zone: ZoneInfo
) -> Watched:
    asked, period = question.asked, None
    if question.start is not None and question.end is not None:
        period = Period.of(question.start, question.end, zone)
    return Watched(
        pushes=pushes_on(connection, states, asked),
        period=period,
        expected={} if period is None else expected_in(connection, states, asked, period),
        still_expected={} if period is None else expected_now(connection, states, asked),
        now=to_micros(asked.as_of or clock),
    )


def _slipping(case: Case, question: Question, watched: Watched) -> tuple[Slipping, bool]:
    """The deal, and whether something of it is left out because it has no date."""
    pushes = watched.pushes.get(case.deal, ())
    inside = [push for push in pushes if within(push.at, question.start, question.end)]
    bounded = question.start is not None or question.end is not None
    is_undated = bounded and any(push.at.precision == "unknown" for push in pushes)
    expected, period = watched.expected.get(case.deal), watched.period
    if expected is None or period is None:
        return Slipping(case, inside, None, None), is_undated
    result = became(case, period, watched.now, watched.still_expected.get(case.deal))
    if result is None:
        return Slipping(case, inside, None, None), True
    return Slipping(case, inside, expected, result), is_undated


def _group(
    by: dict[str, str | None],
    deals: Sequence[Slipping],
    question: Question,
    worth: Worth,
    *,
    slips: bool,
) -> SlipsGroup:
    sure = [each for each in deals if each.expected is not None and each.expected.forecast in SURE]
    return SlipsGroup(
        by=by,
        deals=len(deals),
        pushed=_pushed(deals),
        slip=_slip(sure) if slips else None,
        slip_any=_slip(deals) if slips else None,
        behind=tuple(_behind(each, worth) for each in deals) if question.with_deals else None,
    )


def _pushed(deals: Iterable[Slipping]) -> Pushed:
    pushed = [each.pushes for each in deals if each.pushes]
    every = [push for pushes in pushed for push in pushes]
    return Pushed(
        pushes=len(every),
        deals=len(pushed),
        days=spread([push.days for push in every], 1),
        months=sum(push.months for push in every),
        quarters=sum(push.quarters for push in every),
    )


def _slip(deals: Iterable[Slipping]) -> Slip:
    counts = tally(each.became for each in deals if each.became is not None)
    expected = sum(counts.values())
    return Slip(
        expected=expected,
        won=counts["won"],
        lost=counts["lost"],
        slipped=counts["slipped"],
        pending=counts["pending"],
        rate=round(counts["slipped"] / expected, 6) if expected else None,
        too_few=expected < FLOOR,
    )


def _most(deals: Iterable[Slipping]) -> list[MostPushed]:
    told = [
        MostPushed(
            deal=UUID(bytes=each.case.deal),
            title=each.case.title,
            owner=each.case.owner,
            outcome=each.case.outcome,
            pushes=len(each.pushes),
            days=sum(push.days for push in each.pushes),
            first=each.pushes[0].before,
            last=each.pushes[-1].after,
        )
        for each in deals
        if each.pushes
    ]
    return sorted(told, key=lambda each: (-each.pushes, -each.days, each.title, str(each.deal)))[:MOST]


def _behind(each: Slipping, worth: Worth) -> SlipsDeal:
    return SlipsDeal(
        **dict(behind(each.case, worth)),
        pushes=tuple(
            PushTold(
                version=push.version,
                at=None if push.at.precision == "unknown" else from_micros(push.at.at),
                before=push.before,
                after=push.after,
                days=push.days,
                months=push.months,
                quarters=push.quarters,
            )
            for push in each.pushes
        ),
        expected=None if each.expected is None else each.expected.on,
        forecast=None if each.expected is None else each.expected.forecast,
        became=each.became,
    )
