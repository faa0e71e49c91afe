"""The ordinary deals of the demo: drawn at random from a seed, so that every run tells the same."""

from datetime import UTC, datetime

from domain.deal.life import ChangeStage, MoveExpectedClose, OpenDeal, ReviseAmount
from domain.deal.outlook import AcceptLead, AnswerCriterion, SetForecast
from domain.deal.team import AssignOwner, AssignTeammate
from domain.values import External
from interfaces.demo.bargaining import counter_offer, first_offer, meet_rival, object_to
from interfaces.demo.cast import LEAD_SOURCES, SalesTeam
from interfaces.demo.closing import lose, win
from interfaces.demo.course import Course
from interfaces.demo.script import SOURCE, Script
from interfaces.demo.talks import (
    appointment,
    ask,
    feedback,
    find_champion,
    lose_champion,
    meet,
    need,
    next_step,
    note,
    propose,
    signal,
    talk,
    task,
)

SPRING = datetime(2026, 4, 20, tzinfo=UTC)
"""From here on some deals are forgotten: those that an open pipeline drags along."""
STAGES = ("prospecting", "qualification", "meeting", "proposal", "negotiation")
ARRIVES_AFTER = (3, 4, 5, 2, 3)
LEAVES_AFTER = (4, 5, 3, 2, 2)
"""Days in a stage before and after what happens in it."""
LEAVES = (0.14, 0.12, 0.12, 0.1, 0.09)
"""The share of deals that is lost out of each stage, where nothing speaks for or against one."""


def ordinary_deals(script: Script, first: int, last: int, team: SalesTeam) -> None:
    """Write the deals numbered `first` to `last` (inclusive) of `team` into the script."""
    for number in range(first, last + 1):
        _tell(Course(script, number, team))


def _tell(course: Course) -> None:
    """The whole deal, from its opening to its end; the script stops at the demo's today."""
    _open(course)
    course.passes(1.5)
    talk(course, course.random.choice(("call", "call", "email")), "first-call", inbound=0.15)
    for place, stage in enumerate(STAGES):
        if place:
            course.say(ChangeStage(to_stage=stage))
        course.passes(ARRIVES_AFTER[place])
        _LIVES[place](course)
        _happens(course)
        if course.is_forgotten and course.day > SPRING:
            return
        course.passes(LEAVES_AFTER[place])
        if course.day.date() >= course.expected and place < len(STAGES) - 1:
            _push(course, course.random.randint(15, 45))
        if course.chance(min(0.9, LEAVES[place] * _risk(course))):
            lose(course)
            return
        if place in (2, 3) and course.chance(0.08):
            _go_back(course, place)
    win(course)


def _risk(course: Course) -> float:
    """How much more, or less, likely a loss is: what a driver analysis should find."""
    risk = 0.6 if course.champion else 1.1
    risk *= 4.5 if course.left else 1
    risk *= 3.5 if course.silent else 1
    risk *= 1.35 if course.rivals else 1
    return risk * (1.8 if course.objections else 1)


def _open(course: Course) -> None:
    key, name = course.account
    course.say(
        OpenDeal(
            title=f"{name} · {course.product.name}",
            account=key,
            account_name=name,
            owner=course.owner,
            amount=course.worth,
            expected_close=course.expected,
            lead_source=course.random.choice(LEAD_SOURCES),
            segment={
                "team": course.team.name,
                "region": course.team.region,
                "product": course.product.name,
            },
            external=External(source=SOURCE, key=course.key),
        )
    )


def _prospecting(course: Course) -> None:
    if course.chance(0.7):
        meet(course, 0)
    if course.chance(0.35):
        course.say(AssignTeammate(person=course.team.caller, duty="bdr"))
    if course.chance(0.5):
        talk(course, "email", "first-call")


def _qualification(course: Course) -> None:
    if not course.met:
        meet(course, 0)
    course.say(AcceptLead(level="sql" if course.chance(0.7) else "mql"))
    course.say(AnswerCriterion(criterion="need", answer="confirmed"))
    talk(course, course.random.choice(("call", "meeting")), "talk")
    if course.chance(0.6):
        need(course)
    if course.chance(0.5):
        meet(course, 3)
    if course.chance(0.5):
        find_champion(course)
    if course.chance(0.4):
        next_step(course)


def _meeting(course: Course) -> None:
    if course.chance(0.6):
        meet(course, 1)
    appointment(course, course.random.choice(("visit", "meeting", "demo")))
    course.say(AnswerCriterion(criterion="budget", answer="confirmed" if course.chance(0.6) else "unknown"))
    if course.chance(0.4):
        meet(course, 2)
    if course.champion is None and course.met and course.chance(0.3):
        find_champion(course)
    for share, happens in ((0.35, ask), (0.4, task), (0.5, next_step), (0.2, need)):
        if course.chance(share) and course.met:
            happens(course)
    talk(course, "call", "talk")


def _proposal(course: Course) -> None:
    if course.chance(0.9):
        first_offer(course)
    course.silent = course.chance(0.16)
    if course.champion and course.chance(0.3):
        lose_champion(course)
    if course.silent:
        course.passes(24)
    else:
        course.passes(1)
        talk(course, course.random.choice(("call", "email", "meeting")), "follow-up")
    if course.chance(0.45):
        propose(course)
    if course.chance(0.4):
        course.amount = int(round(course.amount * course.random.uniform(0.85, 1.12), -2))
        course.say(ReviseAmount(amount=course.worth, note=course.phrase("amount")))
    for share, happens in ((0.5, object_to), (0.3, task), (0.45, next_step), (0.2, signal)):
        if course.chance(share):
            happens(course)
    if not course.silent:
        course.passes(2)
        talk(course, course.random.choice(("call", "email")), "follow-up")


def _negotiation(course: Course) -> None:
    course.say(SetForecast(category="commit" if course.chance(0.5) else "best-case"))
    talk(course, course.random.choice(("call", "meeting")), "follow-up")
    if course.offers and course.chance(0.6):
        counter_offer(course)
    for share, happens in ((0.35, object_to), (0.35, next_step), (0.25, feedback)):
        if course.chance(share):
            happens(course)
    if course.chance(0.6):
        appointment(course, "meeting")
    else:
        talk(course, "call", "follow-up")


_LIVES = (_prospecting, _qualification, _meeting, _proposal, _negotiation)


def _happens(course: Course) -> None:
    """What may happen in any stage."""
    if len(course.offers) + len(course.met) >= 2 and course.chance(0.22):
        meet_rival(course)
    if course.chance(0.05):
        others = [person for person in course.team.people if person != course.owner]
        course.owner = course.random.choice(others)
        course.say(AssignOwner(owner=course.owner))
    if course.chance(0.1) and course.expected > course.in_days(20):
        course.expected = min(course.expected, course.in_days(60))
        course.say(MoveExpectedClose(expected_close=course.expected, reason="timing"))
    if course.chance(0.16):
        note(course)


def _push(course: Course, days: int) -> None:
    course.expected = course.in_days(days)
    course.say(MoveExpectedClose(expected_close=course.expected, reason="timing"))


def _go_back(course: Course, place: int) -> None:
    course.say(ChangeStage(to_stage=STAGES[place - 1], reason="authority"))
    course.passes(10)
    course.say(ChangeStage(to_stage=STAGES[place]))
