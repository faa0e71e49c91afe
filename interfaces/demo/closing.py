"""How an ordinary deal of the demo ends: won or lost, why, what came after, what was learnt."""

from datetime import timedelta

from domain.deal.after_the_win import CompleteDelivery, RecordPayment, SignContract
from domain.deal.outcome import LoseDeal, RecordCauses, WinDeal
from domain.deal.retrospective import Action, FinishAction, HoldRetrospective, Lesson, Observation
from domain.values import Cause, Money
from interfaces.demo.bargaining import agree, part
from interfaces.demo.cast import COMPETITORS, LOSSES, WINS
from interfaces.demo.course import Course

LARGE = 40_000
"""What costs more than this is often paid in two parts."""
AREAS = ("strategy", "skill", "material", "training", "process")


def win(course: Course) -> None:
    """Won at the accepted offer, or at what was agreed without one."""
    course.passes(4)
    late = course.random.choice((0, 0, 0, 0, 4))
    causes = (Cause(reason=course.random.choice(WINS), effect="pushed"),) if course.chance(0.85) else None
    if course.price is not None:
        agree(course)
        price = course.price
        course.say(WinDeal(offer=course.offers[-1], causes=causes), late_days=late)
    else:
        price = course.money(course.amount * course.random.uniform(0.86, 1.0))
        course.say(WinDeal(amount=price, causes=causes), late_days=late)
    course.day += timedelta(days=5)
    after_the_win(course, price)
    if course.chance(0.12):
        look_back(course, won=True)


def after_the_win(course: Course, price: Money) -> None:
    """Contract, delivery and money, some weeks apart; the larger ones are paid in two parts."""
    course.passes(6)
    course.say(SignContract(amount=price))
    rest = price
    if price.amount > LARGE and course.chance(0.6):
        course.passes(14)
        first = course.money(float(price.amount) * 0.3)
        rest = Money(amount=price.amount - first.amount, currency=price.currency)
        course.say(RecordPayment(amount=first))
    course.passes(40)
    course.say(CompleteDelivery())
    course.passes(25)
    course.say(RecordPayment(amount=rest))


def lose(course: Course) -> None:
    """Lost: what the rep says, often something else than the events show, and what others say later."""
    kind, reason = course.random.choice(LOSSES)
    course.passes(5)
    if course.offers:
        part(course)
    facts: dict[str, object] = {"kind": kind}
    if kind == "competitor":
        facts["competitor"] = course.rivals[-1] if course.rivals else course.random.choice(COMPETITORS)
    if course.chance(0.85):
        declared = "other" if course.chance(0.08) else reason
        facts["causes"] = [Cause(reason=declared, effect="blocked")]
    course.say(LoseDeal.model_validate(facts), late_days=course.random.choice((0, 0, 0, 2, 9)))
    course.day += timedelta(days=12)
    real = _shown(course) or reason
    if course.chance(0.25):
        _explain(course, "buyer", real if course.chance(0.8) else reason)
    if course.chance(0.3):
        _explain(course, "manager", reason if course.chance(0.6) else real)
    if course.chance(0.08):
        _explain(course, "analyst", real)
    if course.chance(0.14):
        look_back(course, won=False)


def look_back(course: Course, *, won: bool) -> None:
    """People look back on the deal; what they mean to do is done, or not yet."""
    course.passes(10)
    name, action = course.next("r"), f"a-{course.number}"
    seen = (Observation(text=course.phrase("pushed" if won else "blocked"), reason=_reason(course, won=won)),)
    course.say(
        HoldRetrospective(
            retrospective=name,
            participants=(course.owner, course.team.manager),
            pushed=seen if won else (),
            blocked=() if won else seen,
            lessons=(
                Lesson.model_validate({"text": course.phrase("lesson"), "area": course.random.choice(AREAS)}),
            ),
            actions=(
                Action(
                    action=action,
                    text=course.phrase("action"),
                    owner=course.random.choice(course.team.people),
                    due=course.in_days(30),
                ),
            ),
        ),
        by=course.team.manager,
    )
    course.passes(25)
    if course.chance(0.65):
        course.say(FinishAction(action=action))


def _reason(course: Course, *, won: bool) -> str:
    return course.random.choice(WINS) if won else _shown(course) or "no-follow-up"


def _shown(course: Course) -> str | None:
    """What the events of the deal show, where they show something."""
    if course.left:
        return "champion-left"
    if course.silent:
        return "no-follow-up"
    if course.rivals:
        return "competitor"
    return None


def _explain(course: Course, told_by: str, reason: str) -> None:
    course.passes(4)
    facts = {"told_by": told_by, "causes": [Cause(reason=reason)]}
    course.say(RecordCauses.model_validate(facts), by=course.team.manager)
