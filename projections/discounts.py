"""How deals were negotiated: offers and answers, rounds, discounts, concessions and objections by group."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from engine.deals import Deals
from projections.amounts import Amount, plain
from projections.bargain_figures import (
    Bargain,
    answer_days,
    by_offers,
    is_disqualified,
    objection_answer_days,
    objections,
    offer_counts,
)
from projections.cases import cases_on
from projections.cycle import Spread, spread
from projections.discounts_answer import DiscountByOutcome, DiscountsAnswer, DiscountsGroup, NegotiatedDeal
from projections.given_way import conceded, concessions, in_base
from projections.grouping import closed_between, grouped
from projections.known import as_known
from projections.negotiated import negotiated_on
from projections.negotiations import Negotiations
from projections.outcomes import Outcomes
from projections.price_course import Price, price_course
from projections.question import Question
from projections.rates import Base
from projections.report_answer import FLOOR, behind, echoed, worth_in
from projections.views import Views


def discounts(views: Views, deals: Deals, question: Question) -> DiscountsAnswer:
    """How the deals were negotiated up to an instant; of a period those of the deals that closed in it.

    The deals are those of the win/loss figures. BadInput for an unknown dimension, the same one twice, or a
    rate that the table lacks.
    """
    zone, asked = question.zone or deals.zone, question.asked
    with as_known(views, deals, (Outcomes(), Negotiations()), asked.known_at) as known:
        cases, undated = cases_on(known, views, asked, question.filters, question.by)
        negotiations = negotiated_on(known, asked)
    if question.start is not None or question.end is not None:
        cases, undated_closings = closed_between(cases, question.start, question.end)
        undated += undated_closings
    bargains = {}
    for case in cases:
        negotiated = negotiations[case.deal]
        course = price_course(negotiated.offers, negotiated.answers, asked.as_of_micros)
        bargains[case.deal] = Bargain(case, negotiated, course)
    groups = tuple(
        _group(by, [bargains[case.deal] for case in each], question, zone)
        for by, each in grouped(cases, question.by, zone)
    )
    return DiscountsAnswer(**echoed(deals, question, undated=undated), groups=groups)


def _group(
    by: dict[str, str | None], bargains: Sequence[Bargain], question: Question, zone: ZoneInfo
) -> DiscountsGroup:
    won = [each for each in bargains if each.case.outcome == "won"]
    all_lost = [each for each in bargains if each.case.outcome == "lost"]
    fitting = [each for each in all_lost if not is_disqualified(each.case)]
    lost = fitting if question.decided else all_lost
    open_ = [each for each in bargains if each.case.outcome == "open"]
    return DiscountsGroup(
        by=by,
        deals=len(bargains),
        won=len(won),
        lost=len(lost),
        open=len(open_),
        disqualified=len(all_lost) - len(fitting),
        win_rate_count=round(len(won) / closed, 6) if (closed := len(won) + len(lost)) else None,
        too_few=len(won) + len(fitting) < FLOOR,
        with_offer=sum(each.made > 0 for each in bargains),
        offers=offer_counts(bargains, of=("seller", "buyer", None)),
        counter_offers=offer_counts(bargains, of=("buyer",)),
        by_offers=by_offers(bargains, decided=question.decided),
        rounds=spread([each.course.rounds for each in bargains if each.made], 1),
        discount=_discounts(bargains),
        discount_by_outcome=DiscountByOutcome(
            won=_discounts(won), lost=_discounts(lost), open=_discounts(open_)
        ),
        conceded=conceded(bargains, question.base),
        concessions=concessions(bargains, question.base),
        objections=objections(bargains),
        answer_days=answer_days(bargains, zone),
        objection_answer_days=objection_answer_days(bargains, zone),
        behind=tuple(_behind(each, question.base) for each in bargains) if question.with_deals else None,
    )


def _discounts(bargains: Iterable[Bargain]) -> Spread:
    return spread([each.course.discount for each in bargains if each.course.discount is not None], 1)


def _behind(bargain: Bargain, base: Base | None) -> NegotiatedDeal:
    negotiated, course = bargain.negotiated, bargain.course
    given = [each for each in negotiated.concessions if each.side == "seller"]
    return NegotiatedDeal(
        **behind(bargain.case, worth_in(base)).model_dump(),
        offers=bargain.made,
        rounds=course.rounds,
        list_price=_amount(course.list_price, base),
        first_price=_amount(course.first, base),
        last_price=_amount(course.last, base),
        accepted_price=_amount(course.accepted, base),
        discount=None if course.discount is None else round(float(course.discount), 6),
        conceded=_amount(course.conceded, base),
        given=len(given),
        received=len(negotiated.concessions) - len(given),
        raised=len(negotiated.raised),
        settled=len(negotiated.settled),
    )


def _amount(price: Price | None, base: Base | None) -> Amount | None:
    if price is None:
        return None
    price = in_base(price, base)
    return Amount(amount=plain(price.units), currency=price.currency)
