"""A replay tells a deal event by event: each step begins where the one before it ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given

from domain.deal.after_the_win import PaymentReceived
from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealAmountRevised, DealOpened, DealStageChanged
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.outcome import DealWon
from domain.deal.people import ContactAdded, ContactAssessed, ContactRemoved
from domain.deal.reading import standing
from domain.deal.touchpoints import (
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointPlanned,
)
from domain.event import Actor, Event, Recorded
from domain.values import Money
from projections.one_deal.audit import Change
from projections.one_deal.replay import replay, step_at
from projections.one_deal.surroundings import Person
from tests.projections.histories import Told, as_recorded, histories

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPENED = DealOpened(
    title="Lighting", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="prospecting"
)


def cny(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


def on(day: int) -> datetime:
    return MONDAY + timedelta(days=day)


def told(*events: tuple[int, int, Event]) -> list[Recorded]:
    """For each event the day on which it happened, the day on which it was recorded, and what it was."""
    return [
        Recorded(
            stream_id=UUID(int=1),
            version=version,
            occurred_at=on(happened),
            recorded_at=on(recorded),
            event=event,
            by=Actor(id="li.lei"),
            channel="cli",
            command_id=str(version),
            position=version,
        )
        for version, (happened, recorded, event) in enumerate(events, 1)
    ]


def happened(*events: Event) -> list[Recorded]:
    return told(*((day, day, event) for day, event in enumerate(events)))


def changed(story: Sequence[Recorded]) -> list[list[Change]]:
    """What each event after the opening changed."""
    return [list(step.changes) for step in replay(story)[1:]]


def test_each_step_says_what_it_changed_and_what_stood_after_it() -> None:
    moved = DealStageChanged(to_stage="meeting", pipeline_revision=1)
    steps = replay(happened(OPENED, moved, DealAmountRevised(amount=cny(80_000))))
    assert [step.number for step in steps] == [1, 2, 3]
    assert steps[1].changes == (Change("stage", "prospecting", "meeting"),)
    assert steps[2].changes == (Change("amount", None, cny(80_000)),)
    assert [step.state.get("amount") for step in steps] == [None, None, cny(80_000)]
    assert steps[2].state["stage"] == "meeting"


def test_a_backdated_event_is_a_step_where_it_happened() -> None:
    moved = DealStageChanged(to_stage="meeting", pipeline_revision=1)
    steps = replay(told((0, 0, OPENED), (5, 5, moved), (2, 9, DealAmountRevised(amount=cny(1)))))
    assert [step.stands.version for step in steps] == [1, 3, 2]


def test_a_correction_stands_in_its_events_place_and_what_was_taken_back_is_no_step() -> None:
    story = happened(
        OPENED,
        DealAmountRevised(amount=cny(800)),
        DealStageChanged(to_stage="meeting", pipeline_revision=1),
        EventCorrected(
            corrects=2,
            type="DealAmountRevised",
            replacement=Replacement(data={"amount": {"amount": "80", "currency": "CNY"}}),
            reason="other",
        ),
        EventRetracted(retracts=3, type="DealStageChanged", reason="other"),
    )
    steps = replay(story)
    assert [(step.stands.version, step.state.get("amount")) for step in steps] == [(1, None), (2, cny(80))]
    as_believed = replay(story, known_at=on(2))
    assert [step.state["stage"] for step in as_believed] == ["prospecting", "prospecting", "meeting"]
    assert as_believed[1].state["amount"] == cny(800)


def test_the_replay_of_a_past_day_ends_there() -> None:
    story = happened(OPENED, DealAmountRevised(amount=cny(1)), DealAmountRevised(amount=cny(2)))
    assert len(replay(story, as_of=on(1))) == 2
    assert replay(story, as_of=on(-1)) == []
    assert replay([]) == []


def test_people_come_into_the_chain_are_seen_otherwise_and_leave() -> None:
    story = happened(
        OPENED,
        ContactAdded(contact="zhou", name="Zhou Qiang"),
        ContactAssessed(contact="zhou", roles=("champion",), stance="supporter"),
        ContactAssessed(contact="zhou", roles=("champion", "user")),
        ContactRemoved(contact="zhou"),
    )
    seen = Person(("champion",), "supporter")
    later = Person(("champion", "user"), "supporter")
    assert changed(story) == [
        [Change("contact.zhou", None, Person())],
        [Change("contact.zhou", Person(), seen)],
        [Change("contact.zhou", seen, later)],
        [Change("contact.zhou", later, None)],
    ]


def test_an_objection_stays_in_sight_until_the_end() -> None:
    story = happened(
        OPENED,
        ObjectionRaised(objection="o-1", topic="price", text="Too dear"),
        ObjectionAnswered(objection="o-1", text="See the savings"),
        ObjectionSettled(objection="o-1", resolved=False),
    )
    steps = replay(story)
    assert [step.state.get("objection.o-1") for step in steps] == [None, "open", "answered", "stays"]


def test_what_is_done_is_gone_and_what_was_held_was_the_last_touchpoint() -> None:
    story = happened(
        OPENED,
        TouchpointPlanned(touchpoint="t-1", kind="visit", planned_for=on(5)),
        QuestionRaised(question="q-1", text="Which standard?"),
        TaskAdded(task="k-1", text="Send the drawings"),
        TouchpointHeld(touchpoint="t-1", kind="visit"),
        QuestionAnswered(question="q-1", answer="EN 1838"),
        TaskFinished(task="k-1"),
    )
    steps = replay(story)
    around = [{name for name in step.state if "." in name} for step in steps]
    assert around[3] == {"appointment.t-1", "question.q-1", "task.k-1"}
    assert around[-1] == set()
    assert steps[-1].state["last_touchpoint"] == on(4)


def test_payments_add_up() -> None:
    won = DealWon(amount=cny(900))
    story = happened(OPENED, won, PaymentReceived(amount=cny(300)), PaymentReceived(amount=cny(600)))
    assert changed(story)[-1] == [Change("paid.CNY", Decimal(300), Decimal(900))]


def test_a_date_leads_to_the_last_event_up_to_it() -> None:
    steps = replay(happened(OPENED, DealAmountRevised(amount=cny(1)), DealAmountRevised(amount=cny(2))))
    assert [step_at(steps, on(day)) for day in (-3, 0, 1, 9)] == [0, 0, 1, 2]


@given(histories())
def test_each_step_begins_where_the_one_before_it_ended(history: list[Told]) -> None:
    streams: dict[UUID, list[Recorded]] = {}
    for fact in history:
        recorded = replace(as_recorded(fact), recorded_at=fact["known"] or fact["at"])
        streams.setdefault(recorded.stream_id, []).append(recorded)
    for events in streams.values():
        if isinstance(events[0].event, DealOpened):
            steps = replay(events)
            assert [step.stands for step in steps] == [line.recorded for line in standing(events)]
            state: dict[str, object] = {}
            for step in steps:
                for change in step.changes:
                    assert state.get(change.field) == change.before
                    state[change.field] = change.after
                assert {name: value for name, value in state.items() if value is not None} == dict(step.state)
