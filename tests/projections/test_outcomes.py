from collections.abc import Iterator

import pytest

from domain.deal.corrections import EventCorrected, Replacement
from domain.deal.life import DealAmountRevised, DealOpened, DealStageChanged
from domain.deal.outcome import (
    CausesRecorded,
    DealDiscarded,
    DealLost,
    DealMerged,
    DealReopened,
    DealWon,
)
from domain.deal.outlook import DealCompetitorNoted, DealLeadAccepted
from domain.event import Event
from domain.values import Cause
from projections.closings.outcomes import outcome_causes, outcome_competitors, outcomes
from projections.running.reading_on import FOREVER
from tests.projections.closing_stories import Stories, day, micros, summary, usd

OPENED = DealOpened(
    title="Pumps", pipeline="standard", pipeline_revision=1, stage="prospecting", amount=usd("100")
)
PRICE, TIMING = Cause(reason="price"), Cause(reason="timing")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def test_a_deal_lost_reopened_and_won_keeps_its_first_outcome_and_its_causes(stories: Stories) -> None:
    lost = DealLost(kind="competitor", competitor="Acme", causes=(PRICE,))
    stories.story(OPENED, lost, DealReopened(reason="other"), DealWon(amount=usd("90"), causes=(TIMING,)))
    rows = stories.rows(outcomes)
    assert summary(rows, "version", "outcome", "competitor", "amount", "read_at", "until") == [
        (2, "lost", "Acme", 1_000_000, micros(2), micros(3)),
        (4, "won", None, 900_000, micros(4), FOREVER),
    ]
    causes = stories.rows(outcome_causes)
    assert summary(causes, "outcome", "reason", "told_by") == [(2, "price", None), (4, "timing", None)]


def test_an_outcome_is_worth_what_the_deal_stood_at_when_it_closed(stories: Stories) -> None:
    stories.story(OPENED, DealAmountRevised(amount=usd("80.5")), DealLost(kind="declined"))
    stories.tell(DealAmountRevised(amount=None), day(9))
    assert summary(stories.rows(outcomes), "amount", "currency") == [(805_000, "USD")]


def test_an_outcome_says_where_the_deal_was_who_closed_it_and_since_when_it_was_worked_on(
    stories: Stories,
) -> None:
    stories.tell(OPENED, day(1), precision="day")
    stories.tell(DealLeadAccepted(level="mql"), day(2))
    stories.tell(DealLeadAccepted(level="sql"), day(3))
    stories.tell(DealLeadAccepted(level="sql"), day(4))
    stories.tell(DealStageChanged(to_stage="proposal", pipeline_revision=2), day(5))
    stories.tell(DealWon(), day(6), by="anna")
    names = ("pipeline", "revision", "stage", "closed_by", "opened", "opened_precision", "sql")
    assert summary(stories.rows(outcomes), *names) == [
        ("standard", 2, "proposal", "anna", micros(1), "day", micros(3))
    ]


@pytest.mark.parametrize("end", [DealMerged(into="crm:D-2"), DealDiscarded(reason="duplicate"), DealWon()])
def test_an_outcome_stands_until_something_else_does(stories: Stories, end: Event) -> None:
    stories.story(OPENED, DealLost(kind="unknown"), end)
    assert summary(stories.rows(outcomes), "until")[0] == (micros(3),)


def test_each_teller_has_the_last_word_about_their_own_causes(stories: Stories) -> None:
    stories.story(
        OPENED,
        DealLost(kind="unknown", causes=(PRICE,)),
        CausesRecorded(told_by="buyer", outcome=2, causes=(TIMING,), confidence=0.8),
        CausesRecorded(told_by="rep", outcome=2, causes=(PRICE, TIMING)),
        CausesRecorded(told_by="rep", outcome=2, causes=(TIMING,)),
    )
    rows = stories.rows(outcome_causes)
    assert summary(rows, "version", "nth", "told_by", "reason", "read_at", "until", "confidence") == [
        (2, 1, None, "price", micros(2), FOREVER, None),
        (3, 1, "buyer", "timing", micros(3), FOREVER, 0.8),
        (4, 1, "rep", "price", micros(4), micros(5), None),
        (4, 2, "rep", "timing", micros(4), micros(5), None),
        (5, 1, "rep", "timing", micros(5), FOREVER, None),
    ]


def test_a_competitor_is_noted_since_the_first_time(stories: Stories) -> None:
    noted = DealCompetitorNoted(competitor="Acme")
    stories.tell(OPENED, day(1))
    stories.tell(noted, day(5))
    stories.caught_up()
    stories.tell(noted, day(3))
    assert summary(stories.rows(outcome_competitors), "competitor", "version", "read_at") == [
        ("Acme", 3, micros(3))
    ]


def test_a_loss_that_was_a_win_is_a_win_where_it_stood(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(DealLost(kind="declined"), day(2), by="anna")
    stories.caught_up()
    replacement = Replacement(type="DealWon", data={"amount": {"amount": "70", "currency": "USD"}})
    stories.tell(EventCorrected(corrects=2, type="DealLost", replacement=replacement, reason="other"), day(7))
    names = ("version", "outcome", "kind", "amount", "read_at", "closed_by")
    assert summary(stories.rows(outcomes), *names) == [(2, "won", None, 700_000, micros(2), "anna")]
