"""What several negotiations add up to: offers and answers, objections, and how long answers took."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from projections.bargaining import Offer
from projections.cycle import Spread, spread
from projections.dimensions import Case
from projections.discounts_answer import AnswerDays, ByOffers, ObjectionsOfTopic, OfferCounts
from projections.negotiated import Negotiated
from projections.objecting import Objection
from projections.periods import Moment, duration
from projections.price_course import PriceCourse
from projections.report_answer import FLOOR


@dataclass(frozen=True, slots=True)
class Bargain:
    """A case with its negotiation and the course of its price."""

    case: Case
    negotiated: Negotiated
    course: PriceCourse

    @property
    def made(self) -> int:
        """How many offers were made, of either side; one that was made once more is one."""
        return len(self.negotiated.standing)


def offer_counts(bargains: Iterable[Bargain], *, of: Sequence[str | None]) -> OfferCounts:
    """The offers of these sides; None: answered, and never made."""
    made: Counter[str] = Counter()
    for bargain in bargains:
        standing, answered = bargain.negotiated.standing, bargain.negotiated.answered
        made["made"] += sum(each.side in of for each in standing.values())
        for offer, answer in answered.items():
            made[answer.answer] += (standing[offer].side if offer in standing else None) in of
    return OfferCounts(**{each: made[each] for each in OfferCounts.model_fields})


def by_offers(bargains: Iterable[Bargain], *, decided: bool) -> tuple[ByOffers, ...]:
    """How deals ended by the number of offers that were made in them, from one offer on."""
    groups: dict[int, list[Case]] = defaultdict(list)
    for bargain in bargains:
        if bargain.made:
            groups[bargain.made].append(bargain.case)
    return tuple(_ended(offers, groups[offers], decided=decided) for offers in sorted(groups))


def _ended(offers: int, cases: Sequence[Case], *, decided: bool) -> ByOffers:
    won = sum(case.outcome == "won" for case in cases)
    all_lost = [case for case in cases if case.outcome == "lost"]
    fitting = sum(not is_disqualified(case) for case in all_lost)
    lost = fitting if decided else len(all_lost)
    return ByOffers(
        offers=offers,
        deals=len(cases),
        won=won,
        lost=lost,
        open=len(cases) - won - len(all_lost),
        win_rate_count=round(won / (won + lost), 6) if won + lost else None,
        too_few=won + fitting < FLOOR,
    )


def is_disqualified(case: Case) -> bool:
    """Whether a lost deal was none for us."""
    return case.closing is not None and case.closing.kind == "disqualified"


def objections(bargains: Iterable[Bargain]) -> tuple[ObjectionsOfTopic, ...]:
    """Objections by topic, those raised most first; settled and never raised ones, of no topic, last."""
    raised: Counter[str | None] = Counter()
    settled: Counter[str | None] = Counter()
    resolved: Counter[str | None] = Counter()
    for bargain in bargains:
        known = bargain.negotiated.raised
        raised.update(each.topic for each in known.values())
        for name, settlement in bargain.negotiated.settled.items():
            topic = known[name].topic if name in known else None
            settled[topic] += 1
            resolved[topic] += settlement.resolved
    return tuple(
        ObjectionsOfTopic(topic=topic, raised=raised[topic], settled=settled[topic], resolved=resolved[topic])
        for topic in sorted(
            {*raised, *settled}, key=lambda topic: (topic is None, -raised[topic], topic or "")
        )
    )


def answer_days(bargains: Sequence[Bargain], zone: ZoneInfo) -> AnswerDays:
    """How long each side took to accept, reject or counter an offer of the other."""
    waited: dict[str, list[int]] = {"seller": [], "buyer": []}
    for negotiated in (bargain.negotiated for bargain in bargains):
        for each in negotiated.offers:
            days = until_answered(each, negotiated.as_of, zone)
            if days is not None:
                waited[each.side].append(days)
    return AnswerDays(buyer=spread(waited["seller"]), seller=spread(waited["buyer"]))


def objection_answer_days(bargains: Iterable[Bargain], zone: ZoneInfo) -> Spread:
    """How long objections waited for our first answer, or their settling."""
    waited = (
        until_answered(each, bargain.negotiated.as_of, zone)
        for bargain in bargains
        for each in bargain.negotiated.objections
    )
    return spread([each for each in waited if each is not None])


def until_answered(each: Offer | Objection, as_of: int, zone: ZoneInfo) -> int | None:
    """How long it waited for its first answer, in µs; None where it had none by then, or no date."""
    if each.answered_at is None or each.answered_at > as_of or each.answered_precision is None:
        return None
    answered = Moment(each.answered_at, each.answered_precision)
    return duration(Moment(each.read_at, each.precision), answered, zone)
