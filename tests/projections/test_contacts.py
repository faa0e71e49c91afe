from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table

from domain.deal.life import DealOpened
from domain.deal.people import ContactAdded, ContactAssessed, ContactChanged, ContactRemoved
from domain.deal.touchpoints import TouchpointHeld, TouchpointPlanned
from domain.event import Event
from projections.people.contacts import (
    Contacts,
    contact_assessments,
    contact_meetings,
    contact_roles,
    contacts,
)
from projections.running.reading_on import FOREVER
from tests.projections.closing_stories import Stories, day, micros

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def rows(stories: Stories, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in stories.rows(table, *columns)]


def assessed(contact: str, *roles: str, **facts: object) -> ContactAssessed:
    return ContactAssessed.model_validate({"contact": contact, "roles": roles, **facts})


def held(*contacts: str, touchpoint: str = "t1") -> TouchpointHeld:
    return TouchpointHeld(touchpoint=touchpoint, kind="meeting", contacts=contacts or None)


def test_a_contact_is_in_the_chain_until_they_leave_and_may_come_back(stories: Stories) -> None:
    added = ContactAdded(contact="wang", name="Wang Wei")
    left = ContactRemoved(contact="wang", reason="left-company", replaced_by="zhao")
    stories.story(OPENED, added, left, ContactChanged(contact="wang", title="CFO"), added)
    assert rows(stories, contacts, "read_at", "until", "reason", "replaced_by") == [
        (micros(2), micros(3), "left-company", "zhao"),
        (micros(5), FOREVER, None, None),
    ]


@pytest.mark.parametrize("event", [assessed("wang", "champion"), ContactChanged(contact="wang", title="CFO")])
def test_whoever_is_spoken_of_is_in_the_chain(stories: Stories, event: Event) -> None:
    stories.story(OPENED, event)
    assert rows(stories, contacts, "contact", "read_at", "until") == [("wang", micros(2), FOREVER)]


def test_a_contact_that_was_only_ever_removed_has_left_and_was_never_there(stories: Stories) -> None:
    stories.story(OPENED, ContactRemoved(contact="wang", reason="changed-role"))
    assert rows(stories, contacts, "read_at", "until", "left_version", "reason") == [
        (micros(2), micros(2), 2, "changed-role")
    ]


def test_a_role_holds_without_a_break_until_an_assessment_leaves_it_out(stories: Stories) -> None:
    stories.story(
        OPENED,
        assessed("wang", "champion", "user"),
        assessed("wang", "champion"),
        assessed("wang", "champion", "user"),
    )
    assert rows(stories, contact_roles, "role", "read_at", "until") == [
        ("champion", micros(2), FOREVER),
        ("user", micros(2), micros(3)),
        ("user", micros(4), FOREVER),
    ]


def test_a_stance_stays_where_an_assessment_does_not_speak_of_it(stories: Stories) -> None:
    stories.story(
        OPENED,
        assessed("wang", stance="advocate", influence=4, reports_to="zhao"),
        assessed("zhao", stance="neutral"),
        assessed("wang", "champion"),
        assessed("wang", "champion", stance="sceptic"),
    )
    columns = ("contact", "stance", "influence", "reports_to", "until")
    assert rows(stories, contact_assessments, *columns) == [
        ("wang", "advocate", 4, "zhao", micros(4)),
        ("zhao", "neutral", None, None, FOREVER),
        ("wang", "advocate", 4, "zhao", micros(5)),
        ("wang", "sceptic", 4, "zhao", FOREVER),
    ]


def test_who_was_at_a_touchpoint_was_met_each_of_them_once(stories: Stories) -> None:
    stories.story(OPENED, held("wang", "zhao", "wang"))
    assert rows(stories, contact_meetings, "contact", "touchpoint", "read_at") == [
        ("wang", "t1", micros(2)),
        ("zhao", "t1", micros(2)),
    ]


def test_where_nobody_says_who_was_there_those_were_whom_it_was_planned_with(stories: Stories) -> None:
    def planned(*contacts: str) -> TouchpointPlanned:
        return TouchpointPlanned(touchpoint="t1", kind="meeting", planned_for=day(3), contacts=contacts)

    stories.story(OPENED, planned("li"), planned("wang", "zhao"), held(), held(touchpoint="t2"))
    assert rows(stories, contact_meetings, "version", "contact") == [(4, "wang"), (4, "zhao")]


def test_no_name_or_address_is_in_the_read_model(stories: Stories) -> None:
    secret = {"name": "Secret", "email": "Secret", "phone": "Secret", "title": "Secret"}
    stories.story(OPENED, ContactAdded.model_validate({"contact": "wang", **secret}))
    assert "Secret" not in str([stories.rows(table) for table in Contacts.tables])
