"""One deal's negotiation beside its case: what a report counts of it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from projections.asking.dimensions import Case
from projections.asking.periods import Moment, duration
from projections.negotiation.bargaining import Offer
from projections.negotiation.negotiated import Negotiated
from projections.negotiation.objecting import Objection
from projections.negotiation.price_course import PriceCourse, price_course


@dataclass(frozen=True, slots=True)
class Bargain:
    """A case with its negotiation, the offers that stand (by id), and the course of its price."""

    case: Case
    negotiated: Negotiated
    standing: dict[str, Offer]
    course: PriceCourse


def bargain(case: Case, negotiated: Negotiated) -> Bargain:
    """The case with its negotiation."""
    course = price_course(negotiated.offers, negotiated.answers, negotiated.as_of)
    return Bargain(case, negotiated, negotiated.standing, course)


def until_answered(each: Offer | Objection, as_of: int, zone: ZoneInfo) -> int | None:
    """How long it waited for its first answer, in µs; None where it had none by then, or no date."""
    if each.answered_at is None or each.answered_at > as_of or each.answered_precision is None:
        return None
    answered = Moment(each.answered_at, each.answered_precision)
    return duration(Moment(each.read_at, each.precision), answered, zone)
