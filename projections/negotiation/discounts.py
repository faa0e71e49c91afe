"""How deals were negotiated: offers and answers, rounds, discounts, concessions and objections by group."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from engine.deals import Deals
from projections.asking.amounts import Amount
from projections.asking.asked import Asked
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case, Value
from projections.asking.grouping import closed_between, grouped
from projections.asking.question import Question
from projections.asking.rates import Base
from projections.asking.report_answer import FLOOR, behind, echoed, worth_in
from projections.closings.outcomes import Outcomes
from projections.negotiation.bargain import Bargain, bargain
from projections.negotiation.concession_tally import ConcessionTally
from projections.negotiation.discounts_answer import DiscountsAnswer, DiscountsGroup, NegotiatedDeal
from projections.negotiation.negotiated import Negotiated, negotiated_on
from projections.negotiation.negotiations import Negotiations
from projections.negotiation.objection_tally import ObjectionTally
from projections.negotiation.offer_tally import OfferTally, is_disqualified
from projections.negotiation.price_course import PARTS, Price, shown
from projections.running.known import Known, as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views


@uncollected()
def discounts(views: Views, deals: Deals, question: Question) -> DiscountsAnswer:
    """How the deals were negotiated up to an instant; of a period those of the deals that closed in it.

    The deals are those of the win/loss figures. BadInput for an unknown dimension, the same one twice, or a
    rate that the table lacks.
    """
    zone, asked = question.zone or deals.zone, question.asked
    with as_known(views, deals, (Outcomes(), Negotiations()), asked.known_at) as known:
        cases, undated = cases_on(known, views, asked, question.filters, question.by)
        if question.start is not None or question.end is not None:
            cases, undated_closings = closed_between(cases, question.start, question.end)
            undated += undated_closings
        tallies = [_Tally(by, each, question, zone) for by, each in grouped(cases, question.by, zone)]
        _fill(tallies, known, asked)
    groups = tuple(tally.group() for tally in tallies)
    return DiscountsAnswer(**echoed(deals, question, undated=undated), groups=groups)


def _fill(tallies: "Sequence[_Tally]", known: Known, asked: Asked) -> None:
    """Each negotiation is read once, and taken by all groups that its deal is in."""
    cases = {case.deal: case for tally in tallies for case in tally.cases}
    takers: Mapping[bytes, list[_Tally]] = defaultdict(list)
    for tally in tallies:
        for case in tally.cases:
            takers[case.deal].append(tally)
    for deal, negotiated in negotiated_on(known, asked):
        if deal in cases:
            taken = bargain(cases[deal], negotiated)
            for tally in takers[deal]:
                tally.add(taken)


class _Tally:
    """The negotiations of one group as they are added up."""

    def __init__(
        self, by: dict[str, Value], cases: Sequence[Case], question: Question, zone: ZoneInfo
    ) -> None:
        self.cases = cases
        self._by = by
        self._question = question
        self._offers = OfferTally(zone, decided=question.decided)
        self._concessions = ConcessionTally()
        self._objections = ObjectionTally(zone)
        self._behind: dict[bytes, NegotiatedDeal] = {}

    def add(self, bargain: Bargain) -> None:
        """Take the negotiation of one of the cases."""
        self._offers.add(bargain)
        for each in bargain.negotiated.concessions:
            self._concessions.add(each)
        self._objections.add(bargain.negotiated)
        if self._question.with_deals:
            self._behind[bargain.case.deal] = _behind(bargain, self._question.base)

    def group(self) -> DiscountsGroup:
        """The figures of all that was added."""
        question, cases = self._question, self.cases
        won = sum(case.outcome == "won" for case in cases)
        all_lost = [case for case in cases if case.outcome == "lost"]
        unfit = sum(map(is_disqualified, all_lost))
        lost = len(all_lost) - (unfit if question.decided else 0)
        return DiscountsGroup(
            by=self._by,
            deals=len(cases),
            won=won,
            lost=lost,
            open=len(cases) - won - len(all_lost),
            disqualified=unfit,
            win_rate_count=round(won / (won + lost), 6) if won + lost else None,
            too_few=won + len(all_lost) - unfit < FLOOR,
            with_offer=self._offers.with_offer,
            offers=self._offers.counts("seller", "buyer", None),
            counter_offers=self._offers.counts("buyer"),
            by_offers=self._offers.by_offers(),
            rounds=self._offers.rounds(),
            discount=self._offers.discount(),
            discount_by_outcome=self._offers.discount_by_outcome(),
            conceded=self._offers.conceded(question.base),
            concessions=self._concessions.figures(question.base),
            objections=self._objections.topics(),
            answer_days=self._offers.answer_days(),
            objection_answer_days=self._objections.answer_days(),
            behind=tuple(map(self._of_case, cases)) if question.with_deals else None,
        )

    def _of_case(self, case: Case) -> NegotiatedDeal:
        nothing = Negotiated(self._question.asked.as_of_micros)
        return self._behind.get(case.deal) or _behind(bargain(case, nothing), self._question.base)


def _behind(bargain: Bargain, base: Base | None) -> NegotiatedDeal:
    negotiated, course = bargain.negotiated, bargain.course
    given = sum(each.side == "seller" for each in negotiated.concessions)
    return NegotiatedDeal(
        **dict(behind(bargain.case, worth_in(base))),
        offers=len(bargain.standing),
        rounds=course.rounds,
        list_price=_amount(course.list_price, base),
        first_price=_amount(course.first, base),
        last_price=_amount(course.last, base),
        accepted_price=_amount(course.accepted, base),
        discount=None if course.discount is None else round(course.discount / PARTS, 6),
        conceded=_amount(course.conceded, base),
        given=given,
        received=len(negotiated.concessions) - given,
        raised=len(negotiated.raised),
        settled=len(negotiated.settled),
    )


def _amount(price: Price | None, base: Base | None) -> Amount | None:
    return None if price is None else shown(price.converted(base))
