from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deal.life import DealOpened
from domain.deal.people import ContactAdded, ContactAssessed, ContactChanged, ContactRemoved
from domain.deal.touchpoints import TouchpointHeld
from engine.ids import DEALTRAIL
from projections.people.people import people_of
from projections.people.people_answer import ChainPerson, DecisionChain
from tests.projections.closing_histories import QUARTER_DAYS, History, instant, store_of, stream
from tests.projections.closing_stories import Stories, day
from tests.projections.count_by_hand import standing
from tests.projections.following_histories import KNOWING, TOUCHING, histories
from tests.projections.followups_by_hand import ROLES, roles_by_hand

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def chain(stories: Stories, as_of: datetime | None = None, known_at: datetime | None = None) -> DecisionChain:
    found = people_of(stories.deals.story(uuid5(DEALTRAIL, "D-1")), as_of, known_at)
    assert found is not None
    return found


def person(stories: Stories, contact: str, as_of: datetime | None = None) -> ChainPerson:
    found = chain(stories, as_of)
    return next(each for each in (*found.people, *found.left) if each.contact == contact)


def added(contact: str, **facts: object) -> ContactAdded:
    return ContactAdded.model_validate({"contact": contact, "name": contact.title(), **facts})


def assessed(contact: str, *roles: str, **facts: object) -> ContactAssessed:
    return ContactAssessed.model_validate({"contact": contact, "roles": roles, **facts})


def held(*contacts: str) -> TouchpointHeld:
    return TouchpointHeld(touchpoint="t", kind="call", contacts=contacts)


def test_a_person_is_called_what_was_last_said(stories: Stories) -> None:
    stories.story(OPENED, added("wang", title="Buyer"), ContactChanged(contact="wang", title="CFO"))
    assert (person(stories, "wang").name, person(stories, "wang").title) == ("Wang", "CFO")
    assert person(stories, "wang", day(2)).title == "Buyer"


def test_a_stance_that_moves_is_told_with_each_of_its_moves(stories: Stories) -> None:
    stories.story(
        OPENED,
        assessed("wang", stance="advocate"),
        assessed("wang", "champion"),
        assessed("wang", stance="sceptic"),
    )
    told = person(stories, "wang")
    assert [(each.stance, each.since.at, each.since.version) for each in told.stances] == [
        ("advocate", day(2), 2),
        ("sceptic", day(4), 4),
    ]
    assert person(stories, "wang", day(3)).stance == "advocate"


def test_who_left_is_told_with_the_reason_and_whoever_came_for_them(stories: Stories) -> None:
    gone = ContactRemoved(contact="wang", reason="left-company", replaced_by="zhao")
    stories.story(OPENED, added("wang"), gone, added("zhao"))
    assert [each.contact for each in chain(stories).people] == ["zhao"]
    left = person(stories, "wang").left
    assert left is not None
    assert (left.at.at, left.reason, left.replaced_by) == (day(3), "left-company", "zhao")
    assert person(stories, "zhao").replaces == ("wang",)
    assert chain(stories, day(2)).left == ()


def test_each_stands_below_whom_they_report_to_the_most_influential_first(stories: Stories) -> None:
    stories.story(
        OPENED,
        assessed("user", reports_to="head", influence=1),
        assessed("buyer", reports_to="head", influence=3),
        assessed("clerk", reports_to="user"),
        assessed("head", influence=4),
        assessed("lawyer", reports_to="somebody outside", influence=5),
    )
    assert [(each.contact, each.depth) for each in chain(stories).people] == [
        ("lawyer", 0),
        ("head", 0),
        ("buyer", 1),
        ("user", 1),
        ("clerk", 2),
    ]


def test_people_who_report_to_each_other_in_a_ring_are_told_once_each(stories: Stories) -> None:
    stories.story(
        OPENED,
        assessed("wang", reports_to="zhao", influence=2),
        assessed("zhao", reports_to="wang", influence=5),
        assessed("self", reports_to="self"),
    )
    assert [(each.contact, each.depth) for each in chain(stories).people] == [
        ("self", 0),
        ("zhao", 0),
        ("wang", 1),
    ]


def test_the_four_roles_are_unknown_known_or_met(stories: Stories) -> None:
    stories.story(
        OPENED,
        assessed("wang", "champion", "user"),
        assessed("zhao", "economic-buyer"),
        held("wang", "stranger"),
        assessed("gone", "technical-buyer"),
        ContactRemoved(contact="gone"),
    )
    found = chain(stories)
    assert {each.role: (each.contacts, each.met) for each in found.key_roles} == {
        "economic-buyer": (("zhao",), False),
        "decision-maker": ((), False),
        "champion": (("wang",), True),
        "technical-buyer": ((), False),
    }
    assert found.others_met == ("stranger",)


def test_meetings_are_counted_up_to_the_instant_as_far_as_known(stories: Stories) -> None:
    stories.tell(OPENED, day(1), known=day(1))
    stories.tell(added("wang"), day(2), known=day(2))
    stories.tell(held("wang"), day(3), known=day(3))
    stories.tell(held("wang"), day(4), known=day(9))
    told = person(stories, "wang")
    assert told.first_met is not None
    assert told.last_met is not None
    assert (told.met, told.first_met.at, told.last_met.at) == (2, day(3), day(4))
    assert person(stories, "wang", day(3)).met == 1
    assert chain(stories, day(9), day(8)).people[0].met == 1


def test_before_its_opening_a_deal_has_no_chain(stories: Stories) -> None:
    stories.story(OPENED)
    assert people_of(stories.deals.story(uuid5(DEALTRAIL, "D-1")), day(0.5)) is None


@given(histories([*KNOWING, *KNOWING, *TOUCHING], deals=1, length=14), st.data())
def test_the_key_roles_equal_a_count_by_hand(history: History, data: st.DataObject) -> None:
    instants = st.none() | st.integers(0, 2 * QUARTER_DAYS)
    with store_of(history, "Europe/Berlin") as deals:
        events = deals.story(stream("D-0"))
        for _ in range(4):
            as_of, known_at = data.draw(instants), data.draw(instants)
            found = people_of(events, _maybe(as_of), _maybe(known_at))
            lines = [
                line for line in standing(history.of("D-0"), known_at) if as_of is None or line[0] <= as_of
            ]
            assert (found is None) == (not lines)
            if found is not None:
                assert _told(found) == {
                    role["role"]: (role["contacts"], role["met"]) for role in roles_by_hand(lines)
                }


def _told(found: DecisionChain) -> dict[str, Any]:
    assert [each.role for each in found.key_roles] == list(ROLES)
    return {each.role: (sorted(each.contacts), each.met) for each in found.key_roles if each.contacts}


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
