from collections.abc import Iterator

import pytest

from domain.deal.after_the_win import ContractSigned, DeliveryCompleted, PaymentReceived
from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealOpened
from domain.deal.outcome import DealWon
from domain.deal.outlook import DealLeadAccepted
from projections.stages.milestones import milestones
from tests.projections.closing_stories import Stories, day, micros, summary, usd

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def test_a_lead_is_accepted_at_a_level_by_somebody(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(DealLeadAccepted(level="mql"), day(2), by="anna")
    stories.tell(DealLeadAccepted(level="sql"), day(3), by="li.lei", precision="day")
    assert stories.rows(milestones, "version", "kind", "level", "read_at", "precision", "by") == [
        {
            "version": 2,
            "kind": "accepted",
            "level": "mql",
            "read_at": micros(2),
            "precision": "instant",
            "by": "anna",
        },
        {
            "version": 3,
            "kind": "accepted",
            "level": "sql",
            "read_at": micros(3),
            "precision": "day",
            "by": "li.lei",
        },
    ]


def test_contract_payments_and_delivery_follow_the_win(stories: Stories) -> None:
    stories.story(
        OPENED,
        DealWon(),
        ContractSigned(amount=usd("100")),
        PaymentReceived(amount=usd("40.5")),
        PaymentReceived(amount=usd("59.5")),
        DeliveryCompleted(),
    )
    rows = stories.rows(milestones)
    assert summary(rows, "kind", "read_at", "amount", "currency") == [
        ("contract", micros(3), 1_000_000, "USD"),
        ("payment", micros(4), 405_000, "USD"),
        ("payment", micros(5), 595_000, "USD"),
        ("delivery", micros(6), None, None),
    ]


def test_a_forgotten_acceptance_stands_where_it_happened_and_one_from_before_the_opening_at_it(
    stories: Stories,
) -> None:
    stories.tell(OPENED, day(5))
    stories.tell(ContractSigned(), day(9))
    stories.caught_up()
    stories.tell(DealLeadAccepted(level="sql"), day(7))
    stories.tell(DealLeadAccepted(level="mql"), day(1))
    rows = stories.rows(milestones)
    assert summary(rows, "kind", "level", "read_at", "occurred_at") == [
        ("contract", None, micros(9), micros(9)),
        ("accepted", "sql", micros(7), micros(7)),
        ("accepted", "mql", micros(5), micros(1)),
    ]


def test_what_is_corrected_or_retracted_is_no_milestone_any_more(stories: Stories) -> None:
    stories.story(OPENED, DealWon(), ContractSigned(amount=usd("100")), PaymentReceived(amount=usd("10")))
    stories.caught_up()
    replacement = Replacement(data={"amount": {"amount": "90", "currency": "USD"}}, occurred_at=day(6))
    stories.tell(
        EventCorrected(corrects=3, type="ContractSigned", replacement=replacement, reason="other"), day(7)
    )
    stories.tell(EventRetracted(retracts=4, type="PaymentReceived", reason="other"), day(8))
    rows = stories.rows(milestones)
    assert summary(rows, "kind", "read_at", "amount") == [("contract", micros(6), 900_000)]
