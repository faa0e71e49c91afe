from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.deal.after_the_win import ContractSigned, DeliveryCompleted, PaymentReceived
from domain.deal.corrections import EventRetracted
from domain.deal.life import DealOpened
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.outlook import DealLeadAccepted
from domain.values import Money
from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.asking.rates import Base, Rate
from projections.stages.velocity import velocity
from projections.stages.velocity_answer import AfterWin, VelocityGroup
from tests.projections.closing_stories import Stories, day, usd

OPENED = DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, owner="anna")
LOST = DealLost(kind="declined")
CNY = Money.model_validate({"amount": "700", "currency": "CNY"})


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def only(stories: Stories, *, since_sql: bool = False, **question: Any) -> VelocityGroup:  # noqa: ANN401
    (group,) = velocity(stories.caught_up(), stories.deals, Question(**question), since_sql=since_sql).groups
    return group


def waited(figures: AfterWin) -> tuple[float | None, int, int]:
    return figures.days.median, figures.open, figures.undated


def test_a_cycle_runs_from_the_opening_to_the_close_or_from_the_first_sql(stories: Stories) -> None:
    accepted = [DealLeadAccepted(level="mql"), DealLeadAccepted(level="sql"), DealLeadAccepted(level="sql")]
    stories.story(OPENED, *accepted, DealWon())
    stories.story(OPENED, LOST, deal="D-2")
    cycles = only(stories).cycle_days
    assert (cycles.won.median, cycles.lost.median, cycles.without_start) == (4.0, 1.0, 0)
    cycles = only(stories, since_sql=True).cycle_days
    assert (cycles.won.median, cycles.lost.n, cycles.without_start) == (2.0, 0, 1)


def test_sales_velocity_shows_the_parts_that_it_is_made_of(stories: Stories) -> None:
    for number, end in enumerate((DealWon(amount=usd("100")), DealWon(amount=usd("300")), LOST, LOST)):
        stories.tell(OPENED, day(1), deal=f"D-{number}")
        stories.tell(end, day(5), deal=f"D-{number}")
    for number in range(3):
        stories.tell(OPENED, day(1), deal=f"O-{number}")
    speed = only(stories).sales_velocity
    assert (speed.open, speed.win_rate, speed.mean_cycle_days, speed.too_few) == (3, 0.5, 4.0, True)
    assert [(each.amount, each.currency) for each in speed.mean_amounts] == [("200", "USD")]
    assert [(each.amount, each.currency) for each in speed.per_day] == [("75", "USD")]


def test_mean_amounts_of_several_currencies_add_up_in_a_base_currency(stories: Stories) -> None:
    stories.story(OPENED, DealWon(amount=usd("100")))
    stories.story(OPENED, DealWon(amount=CNY), deal="D-2")
    stories.story(OPENED, DealWon(), deal="D-3")
    apart = only(stories).sales_velocity.mean_amounts
    assert [(each.amount, each.currency) for each in apart] == [("350", "CNY"), ("50", "USD")]
    rate = Rate(date=date(2026, 1, 1), currency="USD", into="CNY", rate=Decimal(7))
    base = Base("CNY", date(2026, 3, 1), [rate])
    (together,) = only(stories, base=base).sales_velocity.mean_amounts
    assert (together.amount, together.currency) == ("700", "CNY")


def test_without_a_win_or_in_no_time_there_is_no_velocity(stories: Stories) -> None:
    assert only(stories).sales_velocity.per_day == ()
    stories.tell(OPENED, day(1))
    stories.tell(DealWon(amount=usd("100")), day(1))
    speed = only(stories).sales_velocity
    assert (speed.mean_cycle_days, speed.per_day) == (0.0, ())


def test_contract_delivery_and_payments_are_counted_from_the_win(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(DealWon(amount=usd("100")), day(10))
    stories.tell(ContractSigned(), day(12))
    stories.tell(PaymentReceived(amount=usd("40")), day(13))
    stories.tell(PaymentReceived(amount=CNY), day(14))
    stories.tell(PaymentReceived(amount=usd("60")), day(20))
    after = only(stories).after_win
    assert {step: waited(figures) for step, figures in after.items()} == {
        "contract": (2.0, 0, 0),
        "delivery": (None, 1, 0),
        "first_payment": (3.0, 0, 0),
        "paid": (10.0, 0, 0),
    }
    early = only(stories, asked=Asked(as_of=day(15))).after_win
    assert waited(early["paid"]) == (None, 1, 0)


def test_what_came_before_the_win_took_no_time_and_a_win_without_an_amount_is_paid_at_once(
    stories: Stories,
) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(ContractSigned(), day(8))
    stories.tell(DealWon(), day(10))
    stories.tell(PaymentReceived(amount=usd("5")), day(11))
    stories.tell(DeliveryCompleted(), day(12), precision="unknown")
    after = only(stories).after_win
    assert waited(after["contract"]) == (0.0, 0, 0)
    assert waited(after["paid"]) == (1.0, 0, 0)
    assert waited(after["delivery"]) == (None, 0, 1)


def test_a_payment_that_is_taken_back_never_came_but_was_known(stories: Stories) -> None:
    stories.tell(OPENED, day(1), known=day(1))
    stories.tell(DealWon(amount=usd("100")), day(2), known=day(2))
    stories.tell(PaymentReceived(amount=usd("100")), day(5), known=day(5))
    stories.tell(EventRetracted(retracts=3, type="PaymentReceived", reason="other"), day(9), known=day(9))
    assert waited(only(stories).after_win["paid"]) == (None, 1, 0)
    assert waited(only(stories, asked=Asked(known_at=day(8))).after_win["paid"]) == (3.0, 0, 0)


def test_the_close_rate_and_the_cohort_are_about_the_deals_opened_in_the_period(stories: Stories) -> None:
    stories.tell(OPENED, day(1))
    stories.tell(DealWon(), day(12))
    stories.tell(OPENED, day(11), deal="D-2")
    stories.tell(OPENED, day(11), deal="D-3")
    stories.tell(LOST, day(30), deal="D-3")
    group = only(stories, start=day(10), end=day(20))
    rate, cohort = group.close_rate, group.cohort
    assert (rate.won, rate.opened, rate.rate, rate.too_few) == (1, 2, 0.5, True)
    assert (cohort.opened, cohort.won, cohort.lost, cohort.open) == (2, 0, 1, 1)
    assert (cohort.win_rate, cohort.open_share) == (0.0, 0.5)


def test_a_reopened_deal_is_open_and_its_win_starts_nothing(stories: Stories) -> None:
    stories.story(OPENED, DealWon(), ContractSigned(), DealReopened(reason="other"))
    group = only(stories)
    assert (group.won, group.sales_velocity.open, group.after_win["contract"].days.n) == (0, 1, 0)


def test_with_decided_disqualified_deals_lower_no_rate(stories: Stories) -> None:
    stories.story(OPENED, DealWon())
    stories.story(OPENED, DealLost(kind="disqualified"), deal="D-2")
    assert (only(stories).win_rate_count, only(stories).cohort.win_rate) == (0.5, 0.5)
    decided = only(stories, decided=True)
    assert (decided.win_rate_count, decided.cohort.win_rate, decided.disqualified) == (1.0, 1.0, 1)
