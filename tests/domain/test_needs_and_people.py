"""What may be said of needs, solutions and the decision chain: each order applies, is already so, or is refused."""

import pytest
from pydantic import ValidationError

from domain.deal.closing import DealNotOpen
from domain.deal.life import DealOpened
from domain.deal.needs import (
    NeedRecorded,
    NeedRevised,
    NeedSettled,
    ProposeSolution,
    RecordNeed,
    ReviseNeed,
    SettleNeed,
    SolutionProposed,
)
from domain.deal.negotiation import OfferMade
from domain.deal.outcome import DealDiscarded, DealLost
from domain.deal.people import (
    AddContact,
    AssessContact,
    ChangeContact,
    ContactAdded,
    ContactAssessed,
    ContactChanged,
    ContactRemoved,
    RemoveContact,
)
from domain.deal.people_rules import ContactGone
from domain.deal.references import IdTaken, NotThere, SpeaksOfItself
from tests.domain.telling import cny, deal_of, given

OPENED = DealOpened(
    title="Crane", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="prospecting"
)
LOST = DealLost(kind="declined")
ZHANG = ContactAdded(contact="zhang", name="Zhang Wei", title="Head of logistics")
CHEN = ContactAdded(contact="chen", name="Chen Li")
STOPS = NeedRecorded(need="stops", kind="pain", text="It stands still", contact="zhang")
ONE_LINE = SolutionProposed(solution="one-line", summary="One line", needs=("stops",))


def test_a_need_is_recorded_once() -> None:
    order = RecordNeed(need="stops", kind="pain", text="It stands still", contact="zhang")
    given(OPENED, ZHANG).when(order).then(STOPS)
    given(OPENED, ZHANG, STOPS).when(order).then_nothing()
    given(OPENED, ZHANG, LOST).when(order).then(STOPS)


def test_the_id_of_a_need_stands_for_one_need() -> None:
    other = RecordNeed(need="stops", kind="need", text="A second shift")
    given(OPENED, ZHANG, STOPS).when(other).then_refused(IdTaken, kind="need", name="stops")


def test_a_need_is_that_of_somebody_who_was_met() -> None:
    order = RecordNeed(need="stops", kind="pain", text="It stands still", contact="zhang")
    refused = given(OPENED, CHEN).when(order).then_refused(NotThere, kind="contact", name="zhang")
    assert str(refused) == "The deal has no contact 'zhang' at that time. Its contacts are: chen."
    given(OPENED, ZHANG, ContactRemoved(contact="zhang")).when(order).then(STOPS)


def test_a_need_turns_out_to_be_another() -> None:
    order = ReviseNeed(need="stops", text="It stands still at night", importance=5)
    revised = NeedRevised(need="stops", text="It stands still at night", importance=5)
    given(OPENED, ZHANG, STOPS).when(order).then(revised)
    given(OPENED, ZHANG, STOPS, revised).when(order).then_nothing()
    given(OPENED, ZHANG, STOPS, revised).when(ReviseNeed(need="stops", importance=5)).then_nothing()
    given(OPENED, ZHANG, STOPS, revised).when(ReviseNeed(need="stops", importance=4)).then(
        NeedRevised(need="stops", importance=4)
    )
    given(OPENED).when(order).then_refused(NotThere, kind="need", name="stops")


def test_a_need_that_was_revised_is_not_recorded_again_as_it_was() -> None:
    revised = NeedRevised(need="stops", importance=5)
    order = RecordNeed(need="stops", kind="pain", text="It stands still", contact="zhang")
    given(OPENED, ZHANG, STOPS, revised).when(order).then_refused(IdTaken)
    weighed = RecordNeed(need="stops", kind="pain", text="It stands still", contact="zhang", importance=5)
    given(OPENED, ZHANG, STOPS, revised).when(weighed).then_nothing()


def test_a_need_that_an_import_only_revised_may_be_recorded() -> None:
    order = RecordNeed(need="stops", kind="pain", text="It stands still", contact="zhang")
    given(OPENED, ZHANG, NeedRevised(need="stops", importance=5)).when(order).then(STOPS)


def test_a_need_is_settled_and_may_be_settled_otherwise() -> None:
    order = SettleNeed(need="stops", met="partly", offer="o1")
    settled = NeedSettled(need="stops", met="partly", offer="o1")
    offer = OfferMade(offer="o1", side="seller", price=cny("1"))
    given(OPENED, ZHANG, STOPS, offer).when(order).then(settled)
    given(OPENED, ZHANG, STOPS, offer, settled).when(order).then_nothing()
    given(OPENED, ZHANG, STOPS, offer, settled).when(SettleNeed(need="stops", met="yes")).then(
        NeedSettled(need="stops", met="yes")
    )
    given(OPENED, ZHANG, STOPS).when(order).then_refused(NotThere, kind="offer", name="o1")
    given(OPENED, offer).when(order).then_refused(NotThere, kind="need", name="stops")


def test_a_solution_answers_needs_that_are_known() -> None:
    order = ProposeSolution(solution="one-line", summary="One line", needs=("stops",))
    given(OPENED, ZHANG, STOPS).when(order).then(ONE_LINE)
    given(OPENED, ZHANG, STOPS, ONE_LINE).when(order).then_nothing()
    given(OPENED).when(order).then_refused(NotThere, kind="need", name="stops")
    other = ProposeSolution(solution="one-line", summary="Another line")
    given(OPENED, ZHANG, STOPS, ONE_LINE).when(other).then_refused(IdTaken, kind="solution", name="one-line")


def test_a_solution_revises_another_one_that_was_proposed() -> None:
    order = ProposeSolution(solution="two-lines", revises="one-line", summary="Two lines")
    proposed = SolutionProposed(solution="two-lines", revises="one-line", summary="Two lines")
    given(OPENED, ZHANG, STOPS, ONE_LINE).when(order).then(proposed)
    given(OPENED).when(order).then_refused(NotThere, kind="solution", name="one-line")
    circle = ProposeSolution(solution="two-lines", revises="two-lines", summary="Two lines")
    given(OPENED).when(circle).then_refused(SpeaksOfItself, kind="solution", field="revises")


def test_a_revision_says_something() -> None:
    with pytest.raises(ValidationError, match="give a text or an importance"):
        ReviseNeed(need="stops")


def test_a_person_is_added_once() -> None:
    order = AddContact(contact="zhang", name="Zhang Wei", title="Head of logistics")
    given(OPENED).when(order).then(ZHANG)
    given(OPENED, ZHANG).when(order).then_nothing()
    given(OPENED, ZHANG).when(AddContact(contact="zhang", name="Zhang Wei")).then_nothing()
    given(OPENED, ZHANG).when(AddContact(contact="zhang", name="Zhang San")).then_refused(
        IdTaken, kind="contact", name="zhang"
    )
    given(OPENED, LOST).when(order).then(ZHANG)


def test_who_left_is_put_back_by_adding_them_again() -> None:
    order = AddContact(contact="zhang", name="Zhang Wei", title="Consultant")
    back = ContactAdded(contact="zhang", name="Zhang Wei", title="Consultant")
    given(OPENED, ZHANG, ContactRemoved(contact="zhang")).when(order).then(back)
    assert deal_of(OPENED, ZHANG, ContactRemoved(contact="zhang"), back).people.present == ("zhang",)


def test_who_was_only_heard_of_may_be_added() -> None:
    heard_of = ContactAssessed(contact="zhang", roles=("champion",))
    given(OPENED, heard_of).when(AddContact(contact="zhang", name="Zhang Wei")).then(
        ContactAdded(contact="zhang", name="Zhang Wei")
    )


def test_a_person_has_a_name() -> None:
    with pytest.raises(ValidationError, match="name"):
        AddContact.model_validate({"contact": "zhang"})


def test_what_is_known_of_a_person_changes() -> None:
    order = ChangeContact(contact="zhang", title="CEO", phone="110")
    changed = ContactChanged(contact="zhang", title="CEO", phone="110")
    given(OPENED, ZHANG).when(order).then(changed)
    given(OPENED, ZHANG, changed).when(order).then_nothing()
    given(OPENED, ZHANG).when(ChangeContact(contact="zhang", title="Head of logistics")).then_nothing()
    given(OPENED).when(order).then_refused(NotThere, kind="contact", name="zhang")
    gone = ContactRemoved(contact="zhang")
    given(OPENED, ZHANG, gone).when(order).then_refused(ContactGone, contact="zhang")


def test_a_person_is_assessed_again_when_something_is_new() -> None:
    order = AssessContact(contact="zhang", roles=("champion",), stance="supporter", reports_to="chen")
    assessed = ContactAssessed(contact="zhang", roles=("champion",), stance="supporter", reports_to="chen")
    given(OPENED, ZHANG, CHEN).when(order).then(assessed)
    given(OPENED, ZHANG, CHEN, assessed).when(order).then_nothing()
    given(OPENED, ZHANG, CHEN, assessed).when(
        AssessContact(contact="zhang", roles=("champion",))
    ).then_nothing()
    given(OPENED, ZHANG, CHEN, assessed).when(
        AssessContact(contact="zhang", roles=("champion",), stance="blocker")
    ).then(ContactAssessed(contact="zhang", roles=("champion",), stance="blocker"))


def test_who_is_not_there_is_not_assessed_and_reports_to_nobody_unknown() -> None:
    order = AssessContact(contact="zhang", roles=("champion",), reports_to="chen")
    given(OPENED, CHEN).when(order).then_refused(NotThere, kind="contact", name="zhang")
    given(OPENED, ZHANG).when(order).then_refused(NotThere, kind="contact", name="chen")
    gone = ContactRemoved(contact="zhang")
    given(OPENED, ZHANG, CHEN, gone).when(order).then_refused(ContactGone, contact="zhang")
    circle = AssessContact(contact="zhang", roles=(), reports_to="zhang")
    given(OPENED, ZHANG).when(circle).then_refused(SpeaksOfItself, field="reports_to")


def test_a_person_leaves_once_and_somebody_known_replaces_them() -> None:
    order = RemoveContact(contact="zhang", reason="left-company", replaced_by="chen")
    removed = ContactRemoved(contact="zhang", reason="left-company", replaced_by="chen")
    given(OPENED, ZHANG, CHEN).when(order).then(removed)
    given(OPENED, ZHANG, CHEN, removed).when(order).then_nothing()
    given(OPENED, ZHANG, CHEN, removed).when(RemoveContact(contact="zhang")).then_nothing()
    given(OPENED, ZHANG, CHEN, removed).when(
        RemoveContact(contact="zhang", reason="changed-role")
    ).then_refused(ContactGone)
    given(OPENED, CHEN).when(order).then_refused(NotThere, kind="contact", name="zhang")
    given(OPENED, ZHANG).when(order).then_refused(NotThere, kind="contact", name="chen")


def test_a_deal_that_counts_nowhere_learns_of_nobody() -> None:
    for order in (
        RecordNeed(need="stops", kind="pain", text="It stands still"),
        AddContact(contact="zhang", name="Zhang Wei"),
    ):
        given(OPENED, DealDiscarded(reason="test")).when(order).then_refused(
            DealNotOpen, standing="discarded"
        )
