"""What is talked about in an ordinary deal of the demo: people, needs, meetings, questions, tasks."""

from datetime import timedelta

from domain.deal.needs import ProposeSolution, RecordNeed, SettleNeed
from domain.deal.outlook import AddNote, NoteSignal, SetNextStep
from domain.deal.people import AddContact, AssessContact, RemoveContact
from domain.deal.touchpoints import (
    AddTask,
    AnswerQuestion,
    FinishTask,
    LogTouchpoint,
    MissTouchpoint,
    PlanTouchpoint,
    RaiseQuestion,
    RecordFeedback,
    RescheduleTouchpoint,
)
from interfaces.demo.buyers import Buyer
from interfaces.demo.course import Course
from interfaces.demo.script import working_time

STANCES = ("advocate", "supporter", "supporter", "neutral", "neutral", "sceptic", "blocker")


def meet(course: Course, place: int) -> None:
    """Somebody of the buyer's side becomes known, and often how they stand."""
    buyer = course.buyers[place]
    if buyer in course.met:
        return
    course.met.append(buyer)
    course.say(AddContact(contact=buyer.id, name=buyer.name, title=buyer.title, account=course.account[0]))
    if course.chance(0.35):
        stance = course.random.choice(STANCES)
        facts = {"contact": buyer.id, "roles": buyer.roles, "stance": stance}
        course.say(AssessContact.model_validate({**facts, "influence": course.random.randint(2, 5)}))


def find_champion(course: Course) -> None:
    """One of those who are known wants it, and helps."""
    buyer = course.met[0]
    course.champion = buyer
    roles = (*buyer.roles, "champion")
    course.say(AssessContact(contact=buyer.id, roles=roles, stance="advocate", influence=3))


def lose_champion(course: Course) -> None:
    """The one who wanted it is gone; somebody takes over now and then."""
    champion = course.champion
    if champion is None:
        return
    reason = "left-company" if course.chance(0.6) else "changed-role"
    course.say(RemoveContact(contact=champion.id, reason=reason), late_days=course.random.choice((0, 4, 11)))
    course.champion, course.left = None, True
    course.met.remove(champion)


def talk(course: Course, kind: str, topic: str, *, inbound: float = 0.25) -> None:
    """A talk that nobody had to arrange."""
    course.say(
        LogTouchpoint(
            touchpoint=course.next("t"),
            kind=kind,
            direction="in" if course.chance(inbound) else "out",
            contacts=_some(course),
            hosts=(course.owner,),
            minutes=course.random.choice((10, 15, 20, 30, 45)),
            summary=course.phrase(topic),
        ),
        late_days=course.random.choice((0, 0, 0, 0, 0, 0, 3)),
    )


def appointment(course: Course, kind: str) -> None:
    """An appointment that is made, perhaps moved, and held or missed."""
    name, ahead = course.next("t"), timedelta(days=course.random.randint(3, 9))
    planned = working_time(course.random, course.team, course.day + ahead)
    hosts = (course.owner, *((course.team.presales,) if course.chance(0.4) else ()))
    course.say(
        PlanTouchpoint(
            touchpoint=name,
            kind=kind,
            planned_for=planned,
            contacts=_some(course),
            hosts=hosts,
            agenda=course.phrase("agenda"),
        )
    )
    if course.chance(0.12):
        planned = working_time(course.random, course.team, planned + timedelta(days=5))
        course.passes(1)
        course.say(RescheduleTouchpoint(touchpoint=name, planned_for=planned, reason="timing"))
    course.day = max(course.day, planned)
    if course.chance(0.1):
        course.say(MissTouchpoint(touchpoint=name, reason="timing"), now=True)
        return
    course.say(
        LogTouchpoint(
            touchpoint=name,
            kind=kind,
            direction="out",
            contacts=_some(course),
            hosts=hosts,
            minutes=course.random.choice((45, 60, 90, 120)),
            summary=course.phrase("demo" if kind == "demo" else "talk"),
        ),
        now=True,
    )


def ask(course: Course) -> None:
    """The buyer asks, and is answered sooner or later."""
    name = course.next("q")
    course.say(RaiseQuestion(question=name, text=course.phrase("question"), contact=course.met[0].id))
    course.passes(course.random.choice((1, 1, 2, 6)))
    if course.chance(0.88):
        course.say(AnswerQuestion(question=name, answer=course.phrase("reply")))


def task(course: Course) -> None:
    """Something to do, done in time or late, or never."""
    name = course.next("k")
    due = course.in_days(course.random.randint(7, 14))
    course.say(AddTask(task=name, text=course.phrase("task"), due=due, owner=course.owner))
    course.passes(2)
    if course.chance(0.85):
        course.say(FinishTask(task=name))


def need(course: Course) -> None:
    """What the buyer needs becomes known."""
    name = course.next("n")
    course.needs.append(name)
    kind = course.random.choice(("need", "need", "pain"))
    facts = {
        "need": name,
        "kind": kind,
        "text": course.phrase(kind),
        "importance": course.random.randint(2, 5),
    }
    course.say(RecordNeed.model_validate({**facts, "contact": course.met[0].id} if course.met else facts))


def propose(course: Course) -> None:
    """A solution for what they need; some of it is met, some only partly."""
    solution = course.next("s")
    course.say(
        ProposeSolution(
            solution=solution, summary=course.phrase("solution"), needs=tuple(course.needs) or None
        )
    )
    for name in course.needs:
        met = course.random.choice(("yes", "yes", "yes", "partly", "no"))
        if course.chance(0.7):
            course.say(SettleNeed.model_validate({"need": name, "met": met}))


def next_step(course: Course) -> None:
    """What happens next, and by when."""
    due = course.in_days(course.random.randint(9, 30))
    course.say(SetNextStep(text=course.phrase("next-step"), due=due))


def note(course: Course) -> None:
    """Something worth writing down, sometimes days later."""
    course.say(AddNote(text=course.phrase("note")), late_days=course.random.choice((0, 0, 0, 3, 6)))


def signal(course: Course) -> None:
    """The buyer shows that they mean it."""
    course.say(
        NoteSignal(signal=course.random.choice(("pricing-visit", "shared-material", "asked-for-contract")))
    )


def feedback(course: Course) -> None:
    """What the buyer thinks of us, out of ten."""
    score = course.random.choice((5, 6, 7, 8, 8, 9, 9, 10))
    contact = course.met[0].id if course.met else None
    facts = {"score": score, "scale": 10, "text": course.phrase("feedback")}
    course.say(RecordFeedback.model_validate({**facts, "contact": contact} if contact else facts))


def _some(course: Course) -> tuple[str, ...] | None:
    """Those who take part: the first who is known, and others now and then."""
    present: list[Buyer] = course.met[:1] + [each for each in course.met[1:] if course.chance(0.6)]
    return tuple(each.id for each in present) or None
