"""Around a deal: needs, solutions, people, appointments, questions and tasks, in whatever order they were told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.deal.appointments import Meeting
from domain.deal.matters import Matter
from domain.deal.needs import (
    NeedRecorded,
    NeedRevised,
    Needs,
    NeedSettled,
    NeedsEvent,
    SolutionProposed,
    evolve_needs,
)
from domain.deal.people import (
    ContactAdded,
    ContactAssessed,
    ContactChanged,
    ContactRemoved,
    People,
    PeopleEvent,
    evolve_people,
)
from domain.deal.touchpoints import (
    FeedbackReceived,
    QuestionAnswered,
    QuestionRaised,
    TaskAdded,
    TaskFinished,
    TouchpointHeld,
    TouchpointMissed,
    TouchpointPlanned,
    TouchpointRescheduled,
    Touchpoints,
    TouchpointsEvent,
    evolve_touchpoints,
)
from domain.values import Sealed
from tests.domain.telling import MONDAY, day


def needs_after(*events: NeedsEvent) -> Needs:
    needs = Needs()
    for version, event in enumerate(events, start=1):
        needs = evolve_needs(needs, event, version, day(version))
    return needs


def people_after(*events: PeopleEvent) -> People:
    people = People()
    for version, event in enumerate(events, start=1):
        people = evolve_people(people, event, version, day(version))
    return people


def touchpoints_after(*events: TouchpointsEvent) -> Touchpoints:
    touchpoints = Touchpoints()
    for version, event in enumerate(events, start=1):
        touchpoints = evolve_touchpoints(touchpoints, event, version, day(version))
    return touchpoints


DOWNTIME = NeedRecorded(need="downtime", kind="pain", text="It stands still too often")
PLANNED = TouchpointPlanned(touchpoint="visit-1", kind="visit", planned_for=MONDAY)
HELD = TouchpointHeld(touchpoint="visit-1", kind="visit")
MISSED = TouchpointMissed(touchpoint="visit-1")
MOVED = TouchpointRescheduled(touchpoint="visit-1", planned_for=MONDAY)


def test_a_need_is_open_until_it_is_settled() -> None:
    revised = NeedRevised(need="downtime", importance=5)
    settled = NeedSettled(need="downtime", met="partly")
    weighed = NeedRecorded(need="downtime", kind="pain", text="It stands still too often", importance=5)
    assert needs_after(DOWNTIME).needs == {"downtime": Matter(False, day(1), DOWNTIME)}
    assert needs_after(DOWNTIME, revised).needs == {"downtime": Matter(False, day(2), weighed, revised)}
    assert needs_after(DOWNTIME, settled).needs == {"downtime": Matter(True, day(2), DOWNTIME, settled)}
    assert needs_after(settled, revised).needs == {"downtime": Matter(True, day(2), None, revised)}


def test_a_solution_is_proposed_once_however_often_it_is_told() -> None:
    first = SolutionProposed(solution="one-line", summary="One line")
    second = SolutionProposed(solution="two-lines", revises="one-line", summary="Two lines")
    assert needs_after(first, second, first).solutions == {
        "one-line": Matter(False, day(3), first),
        "two-lines": Matter(False, day(2), second),
    }


@pytest.mark.parametrize("importance", [0, 6])
def test_the_importance_of_a_need_is_between_one_and_five(importance: int) -> None:
    with pytest.raises(ValidationError):
        NeedRevised(need="downtime", importance=importance)


def test_who_is_added_is_present_and_who_is_removed_is_not() -> None:
    people = people_after(
        ContactAdded(contact="zhang"), ContactAdded(contact="chen"), ContactRemoved(contact="zhang")
    )
    assert {name: contact.here for name, contact in people.contacts.items()} == {
        "zhang": False,
        "chen": True,
    }
    assert people.present == ("chen",)


def test_who_comes_back_is_present_again() -> None:
    people = people_after(
        ContactAdded(contact="zhang"), ContactRemoved(contact="zhang"), ContactAdded(contact="zhang")
    )
    assert people.present == ("zhang",)


def test_who_was_never_added_is_met_when_something_is_said_of_them() -> None:
    assessed = ContactAssessed(contact="zhang", roles=("champion",))
    assert people_after(assessed).present == ("zhang",)
    assert people_after(ContactChanged(contact="zhang", title="CEO"), assessed).present == ("zhang",)


def test_who_was_removed_stays_away_whatever_is_said_of_them() -> None:
    gone = ContactRemoved(contact="zhang", reason="left-company")
    assert people_after(gone, ContactChanged(contact="zhang", title="CEO")).present == ()
    assert people_after(gone, ContactAssessed(contact="zhang", roles=())).present == ()


def test_a_name_may_be_sealed() -> None:
    sealed = {"sealed": "key-7", "bytes": "3q2+7w=="}
    contact = ContactAdded.model_validate({"contact": "zhang", "name": sealed, "phone": "110"})
    assert contact.name == Sealed(sealed="key-7", bytes="3q2+7w==")
    assert contact.phone == "110"


@pytest.mark.parametrize(
    ("events", "became"),
    [
        ((PLANNED,), "planned"),
        ((PLANNED, MOVED), "planned"),
        ((PLANNED, HELD), "held"),
        ((PLANNED, MISSED), "missed"),
        ((PLANNED, MISSED, MOVED), "planned"),
        ((HELD,), "held"),
        ((HELD, PLANNED), "held"),
    ],
)
def test_an_appointment_is_kept_or_missed(events: tuple[TouchpointsEvent, ...], became: str) -> None:
    plan = PLANNED if PLANNED in events else None
    assert touchpoints_after(*events).appointments == {
        "visit-1": Meeting(became, day(len(events)), plan, events[-1])  # type: ignore[arg-type]
    }


def test_a_question_is_open_until_it_is_answered() -> None:
    raised = QuestionRaised(question="warranty", text="Three years?")
    answered = QuestionAnswered(question="warranty", answer="Yes")
    assert touchpoints_after(raised).questions == {"warranty": Matter(False, day(1), raised)}
    assert touchpoints_after(raised, answered).questions == {
        "warranty": Matter(True, day(2), raised, answered)
    }
    assert touchpoints_after(answered).questions == {"warranty": Matter(True, day(1), None, answered)}


def test_a_task_is_open_until_it_is_finished() -> None:
    added, finished = TaskAdded(task="quote", text="Send the quotation"), TaskFinished(task="quote")
    assert touchpoints_after(added).tasks == {"quote": Matter(False, day(1), added)}
    assert touchpoints_after(added, finished).tasks == {"quote": Matter(True, day(2), added, finished)}


def test_feedback_changes_no_appointment_question_or_task() -> None:
    assert touchpoints_after(PLANNED, FeedbackReceived(score=8, scale=10)) == touchpoints_after(PLANNED)


@pytest.mark.parametrize(
    "wrong",
    [{"score": float("nan")}, {"score": float("inf")}, {"scale": 0}, {"scale": -5}],
)
def test_a_score_is_a_number_and_its_scale_is_above_zero(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        FeedbackReceived.model_validate(wrong)


names = st.sampled_from(["a", "b", "c"])


@given(
    st.lists(
        st.one_of(
            st.builds(ContactAdded, contact=names),
            st.builds(ContactChanged, contact=names, title=st.just("CEO")),
            st.builds(ContactAssessed, contact=names, roles=st.just(())),
            st.builds(ContactRemoved, contact=names),
        ),
        max_size=12,
    )
)
def test_in_any_order_only_the_last_coming_or_going_of_a_person_counts(story: list[PeopleEvent]) -> None:
    people = people_after(*story)
    for name in {event.contact for event in story}:
        said = [event for event in story if event.contact == name]
        moves = [event for event in said if isinstance(event, ContactAdded | ContactRemoved)]
        assert people.contacts[name].here is (not moves or isinstance(moves[-1], ContactAdded))
    assert set(people.contacts) == {event.contact for event in story}
