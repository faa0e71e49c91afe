"""Made-up deals, all of one kind; into some a known cause of loss is planted, and nothing else differs."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from domain.deal.life import DealExpectedCloseMoved, DealOpened, DealStageChanged
from domain.deal.needs import NeedRecorded, NeedSettled
from domain.deal.negotiation import ConcessionMade, OfferAccepted, OfferMade
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.outcome import DealLost, DealWon
from domain.deal.outlook import DealCompetitorNoted
from domain.deal.people import ContactAdded, ContactAssessed, ContactRemoved
from domain.deal.touchpoints import QuestionAnswered, QuestionRaised, TaskAdded, TaskFinished, TouchpointHeld
from domain.event import Actor, Event, Recorded
from domain.templates.shipped import TEMPLATES
from engine.deals import Deals
from engine.ids import DEALTRAIL
from engine.pipelines import SYSTEM
from engine.settings import Settings
from engine.timing import ALWAYS
from projections.states.definitions import DefinedStage, Definitions

START = datetime(2024, 1, 8, 9, tzinfo=UTC)
LATER = datetime(2025, 6, 1, tzinfo=UTC)
STAGES = ("prospecting", "qualification", "meeting", "proposal", "negotiation")
TOPICS = ("price", "delivery", "product", "timing")
ROLES = ("champion", "economic-buyer", "user", "legal")

ORDINARY = Definitions(
    {
        ("standard", 1, stage.stage): DefinedStage(place, None)
        for place, stage in enumerate(TEMPLATES["standard"].stages)
    },
    {"standard": 1},
)
"""The standard pipeline, whose stages such deals go through."""

Happened = list[tuple[float, Event]]
"""Events with the day on which they happened, counted from the opening; in no order."""

CAUSES: dict[str, frozenset[str]] = {
    "silence": frozenset({"silence"}),
    "champion": frozenset({"champions-left"}),
    "objection": frozenset({"objections-unsettled"}),
    "slow-answers": frozenset(
        {"question-answer", "objection-answer", "counter-offer-answer", "first-response"}
    ),
}
"""The causes that can be planted, and the facts that name each."""


def ordinary(chance: Random, slower: float = 1.0) -> tuple[Happened, float]:
    """How any deal of this kind goes, and the day on which it ends; answers may take longer than usual."""
    touched = [0.0, *_days_of_touchpoints(chance, slower)]
    end = touched[-1] + 1
    happened: Happened = [
        (day, TouchpointHeld(touchpoint=f"t{n}", kind="call", direction="out", contacts=(f"c{n % 3}",)))
        for n, day in enumerate(touched[1:])
    ]
    subjects: tuple[Callable[[Random, float, float], Iterator[tuple[float, Event]]], ...] = (
        _stages,
        _people,
        _questions,
        _objections,
        _needs,
        _offers,
        _plans,
    )
    for subject in subjects:
        happened.extend(subject(chance, end, slower))
    return [(min(day, end - 0.001), event) for day, event in happened], end


def planted(chance: Random, cause: str) -> tuple[Happened, float]:
    """Such a deal with one cause of loss in it."""
    happened, end = ordinary(chance, slower=chance.uniform(8, 14) if cause == "slow-answers" else 1.0)
    late = chance.uniform(0.4, 0.9) * end
    if cause == "silence":
        pause = chance.uniform(30, 60)
        return [(day + pause if day > late else day, event) for day, event in happened], end + pause
    if cause == "champion":
        happened = [(day, event) for day, event in happened if not isinstance(event, ContactRemoved)]
        happened += [
            (0.5, ContactAssessed(contact="c0", roles=("champion",), stance="supporter")),
            (late, ContactRemoved(contact="c0", reason="left-company")),
        ]
    if cause == "objection":
        happened += [
            (late, ObjectionRaised(objection="planted", topic=chance.choice(TOPICS), text="Not so.")),
            (
                min(late + _answer(chance, 1), end - 0.01),
                ObjectionAnswered(objection="planted", text="But yes."),
            ),
        ]
    return happened, end


def recorded(name: str, happened: Happened, end: float, outcome: Event, opened: float) -> list[Recorded]:
    """The deal as it is recorded: opened so many days after the start, each event when it happened."""
    stream = stream_of(name)
    opening = DealOpened(
        title=name,
        pipeline="standard",
        pipeline_revision=1,
        stage=STAGES[0],
        owner="li",
        expected_close=(START + timedelta(days=opened + 40)).date(),
    )
    events = [(0.0, opening), *sorted(happened, key=lambda each: each[0]), (end, outcome)]
    return [
        Recorded(
            stream_id=stream,
            version=version,
            occurred_at=START + timedelta(days=opened + day),
            event=event,
            by=Actor(id="li"),
            channel="python",
            command_id=f"{stream}:{version}",
        )
        for version, (day, event) in enumerate(events, 1)
    ]


def stream_of(name: str) -> UUID:
    return uuid5(DEALTRAIL, name)


def won(chance: Random, name: str) -> list[Recorded]:
    return recorded(name, *ordinary(chance), DealWon(), chance.uniform(0, 200))


def lost(chance: Random, name: str, cause: str | None = None) -> list[Recorded]:
    course = ordinary(chance) if cause is None else planted(chance, cause)
    return recorded(name, *course, DealLost(kind="declined"), chance.uniform(0, 200))


def store_of(stories: list[list[Recorded]]) -> Deals:
    """A store in memory with the standard pipeline and these deals."""
    deals = Deals(Settings(store="memory:"), clock=lambda: LATER)
    deals.handle_pipeline("standard", TEMPLATES["standard"], by=SYSTEM, at=ALWAYS)
    for story in stories:
        deals.record(story)
    return deals


def _days_of_touchpoints(chance: Random, slower: float) -> list[float]:
    day, days = _answer(chance, slower), []
    for _ in range(chance.randint(6, 14)):
        days.append(day)
        day += chance.lognormvariate(1.2, 0.6)
    return days


def _answer(chance: Random, slower: float) -> float:
    """The days until somebody answers."""
    return slower * chance.lognormvariate(0, 0.6)


def _some(chance: Random, most: int) -> range:
    return range(chance.randint(0, most))


def _stages(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    passed = [stage for stage in STAGES[1:] if chance.random() > 0.05]
    days = sorted(chance.uniform(0.1, 0.95) * end for _ in passed)
    for day, stage in zip(days, passed, strict=True):
        yield day, DealStageChanged(to_stage=stage, pipeline_revision=1)


def _people(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    for n in range(chance.randint(3, 4)):
        stance = chance.choices(("supporter", "neutral", "sceptic"), (60, 36, 4))[0]
        day = chance.uniform(0, 0.3) * end
        yield day, ContactAdded(contact=f"c{n}", name=f"Person {n}")
        yield (
            day,
            ContactAssessed.model_validate({"contact": f"c{n}", "roles": (ROLES[n],), "stance": stance}),
        )
    if chance.random() < 0.02:
        yield chance.uniform(0.4, 0.95) * end, ContactRemoved(contact=f"c{chance.randint(0, 2)}")


def _questions(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    for n in range(chance.randint(2, 4)):
        day = chance.uniform(0.05, 0.7) * end
        yield day, QuestionRaised(question=f"q{n}", text="How?")
        yield day + _answer(chance, slower), QuestionAnswered(question=f"q{n}", answer="So.")


def _objections(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    for n in _some(chance, 2):
        day = chance.uniform(0.2, 0.8) * end
        answered = day + _answer(chance, slower)
        yield day, ObjectionRaised(objection=f"o{n}", topic=chance.choice(TOPICS), text="But.")
        yield answered, ObjectionAnswered(objection=f"o{n}", text="Because.")
        yield answered + 0.01, ObjectionSettled(objection=f"o{n}", resolved=chance.random() > 0.02)


def _needs(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    for n in _some(chance, 3):
        yield chance.uniform(0.05, 0.3) * end, NeedRecorded(need=f"n{n}", kind="need", text="It must hold.")
        if chance.random() > 0.03:
            yield chance.uniform(0.4, 0.9) * end, NeedSettled(need=f"n{n}", met="yes")


def _offers(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    yield 0.5 * end, OfferMade(offer="first", side="seller")
    if chance.random() < 0.6:
        day = chance.uniform(0.55, 0.7) * end
        yield day, OfferMade(offer="theirs", side="buyer", in_reply_to="first")
        yield day + _answer(chance, slower), OfferAccepted(offer="theirs", side="seller")
    if chance.random() < 0.3:
        returned = "a longer contract" if chance.random() > 0.1 else None
        yield 0.8 * end, ConcessionMade(side="seller", term="price", in_return_for=returned)


def _plans(chance: Random, end: float, slower: float) -> Iterator[tuple[float, Event]]:
    for n in _some(chance, 2):
        moved = (START + timedelta(days=chance.randint(250, 400))).date()
        yield chance.uniform(0.2, 0.9) * end, DealExpectedCloseMoved(expected_close=moved if n else None)
    for n in _some(chance, 3):
        day = chance.uniform(0.1, 0.8) * end
        yield day, TaskAdded(task=f"k{n}", text="Send it.")
        yield day + _answer(chance, 1), TaskFinished(task=f"k{n}")
    if chance.random() < 0.1:
        yield chance.uniform(0.1, 0.9) * end, DealCompetitorNoted(competitor="Umbrella")
