from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from domain.deal.life import DealOpened
from domain.deal.outcome import CausesRecorded, DealDiscarded, DealLost, DealReopened, DealWon
from domain.deal.outlook import DealCompetitorNoted
from domain.deal.team import DealOwnerAssigned
from domain.errors import BadInput
from domain.values import Cause, Money
from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.asking.rates import Base, Rate
from projections.closings.winloss import winloss
from projections.closings.winloss_answer import WinLossAnswer, WinLossGroup
from tests.projections.closing_stories import Stories, day, usd

CNY = Money.model_validate({"amount": "700", "currency": "CNY"})


def opened(owner: str = "li", **facts: object) -> DealOpened:
    return DealOpened.model_validate(
        {"title": "Pumps", "pipeline": "standard", "pipeline_revision": 1, "owner": owner, **facts}
    )


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories("Europe/Berlin")
    yield stories
    stories.close()


def ask(stories: Stories, *by: str, **question: Any) -> WinLossAnswer:  # noqa: ANN401 - what winloss takes
    asked = question.pop("asked", Asked())
    return winloss(stories.caught_up(), stories.deals, Question(asked=asked, by=by, **question))


def only(answer: WinLossAnswer) -> WinLossGroup:
    (group,) = answer.groups
    return group


def counted(answer: WinLossAnswer) -> dict[tuple[str | None, ...], tuple[int, int, int]]:
    return {tuple(each.by.values()): (each.won, each.lost, each.open) for each in answer.groups}


def test_without_groups_there_is_one_even_where_no_deal_is(stories: Stories) -> None:
    group = only(ask(stories))
    assert (group.by, group.deals, group.win_rate_count, group.too_few) == ({}, 0, None, True)


def test_a_reopened_deal_is_open_and_a_discarded_one_counts_nowhere(stories: Stories) -> None:
    stories.story(opened(), DealLost(kind="unknown"), DealReopened(reason="other"), deal="D-1")
    stories.story(opened(), DealWon(), DealDiscarded(reason="test"), deal="D-2")
    assert counted(ask(stories)) == {(): (0, 0, 1)}
    assert counted(ask(stories, asked=Asked(as_of=day(2)))) == {(): (1, 1, 0)}


def test_at_the_very_instant_of_a_reopening_nothing_of_the_outcome_stands(stories: Stories) -> None:
    stories.story(opened(), DealLost(kind="declined"), DealReopened(reason="other"))
    assert counted(ask(stories, "kind", asked=Asked(as_of=day(3)))) == {(None,): (0, 0, 1)}
    assert counted(ask(stories, "kind", asked=Asked(as_of=day(2)))) == {("declined",): (0, 1, 0)}


def test_won_value_falls_in_the_month_of_closing(stories: Stories) -> None:
    stories.tell(opened(), datetime(2026, 1, 5, tzinfo=UTC))
    # Already the first of May in Berlin.
    stories.tell(DealWon(amount=usd("50")), datetime(2026, 4, 30, 22, 30, tzinfo=UTC))
    group = only(ask(stories, "closed-month"))
    assert group.by == {"closed-month": "2026-05"}
    assert [each.model_dump() for each in group.won_amounts] == [{"amount": "50", "currency": "USD"}]
    assert only(ask(stories, "opened-quarter", "closed-quarter")).by == {
        "opened-quarter": "2026Q1",
        "closed-quarter": "2026Q2",
    }


def test_a_period_has_its_start_and_not_its_end(stories: Stories) -> None:
    for deal, at in (("D-1", 3), ("D-2", 5), ("D-3", 7)):
        stories.tell(opened(), day(1), deal=deal)
        stories.tell(DealWon(), day(at), deal=deal)
    stories.tell(opened(), day(1), deal="D-4")
    assert counted(ask(stories, start=day(3), end=day(7))) == {(): (2, 0, 0)}


def test_an_undated_close_lies_in_no_period_and_takes_no_time(stories: Stories) -> None:
    stories.tell(opened(), day(1))
    stories.tell(DealWon(), day(3), precision="unknown")
    answer = ask(stories, start=day(0), end=day(99))
    assert (counted(answer), answer.undated) == ({(): (0, 0, 0)}, 1)
    assert counted(ask(stories, "closed-month")) == {(None,): (1, 0, 0)}
    assert only(ask(stories)).cycle_days.won.n == 0


def test_a_deal_counts_once_in_each_of_its_reasons(stories: Stories) -> None:
    stories.story(
        opened(),
        DealLost(kind="unknown", causes=(Cause(reason="price"), Cause(reason="timing"))),
        CausesRecorded(told_by="buyer", outcome=2, causes=(Cause(reason="price"),)),
    )
    stories.story(opened(), DealWon(), deal="D-2")
    answer = ask(stories, "reason")
    assert counted(answer) == {("price",): (0, 1, 0), ("timing",): (0, 1, 0), (None,): (1, 0, 0)}
    assert answer.overlapping
    assert not ask(stories, "kind").overlapping


def test_causes_told_before_their_outcome_count_from_the_outcome_on(stories: Stories) -> None:
    stories.tell(opened(), day(1))
    stories.tell(DealLost(kind="unknown"), day(3.5))
    causes = CausesRecorded(told_by="rep", outcome=2, causes=(Cause(reason="price"),))
    stories.tell(causes, day(3), precision="day")
    assert counted(ask(stories, "reason")) == {("price",): (0, 1, 0)}
    assert counted(ask(stories, "reason", asked=Asked(as_of=day(3.2)))) == {(None,): (0, 0, 1)}


def test_a_competitor_is_one_that_was_noted_or_one_that_the_deal_was_lost_to(stories: Stories) -> None:
    stories.story(
        opened(), DealCompetitorNoted(competitor="Acme"), DealLost(kind="competitor", competitor="Umbrella")
    )
    assert counted(ask(stories, "competitor")) == {("Acme",): (0, 1, 0), ("Umbrella",): (0, 1, 0)}


def test_disqualified_deals_stand_beside_the_rate_when_asked(stories: Stories) -> None:
    for number, kind in enumerate(("declined", "disqualified", "disqualified")):
        stories.story(opened(), DealLost.model_validate({"kind": kind}), deal=f"L-{number}")
    stories.story(opened(), DealWon(), deal="W")
    plain, decided = only(ask(stories)), only(ask(stories, decided=True))
    assert (plain.lost, plain.disqualified, plain.win_rate_count) == (3, 2, 0.25)
    assert (decided.lost, decided.disqualified, decided.win_rate_count) == (1, 2, 0.5)
    assert plain.too_few


def test_five_decided_deals_are_enough_to_speak_of_a_rate(stories: Stories) -> None:
    for number in range(5):
        stories.story(opened(), DealWon(), deal=f"W-{number}")
    assert not only(ask(stories)).too_few


def test_days_are_calendar_days_across_a_clock_change_when_an_end_is_a_day(stories: Stories) -> None:
    # Berlin loses an hour on 29 March: from midnight to midnight it is 47 hours.
    midnights = datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
    for deal in ("D-1", "D-2"):
        stories.tell(opened(owner=deal), midnights[0], deal=deal)
        stories.tell(DealWon(), midnights[1], deal=deal, precision="day" if deal == "D-1" else "instant")
    groups = ask(stories, "owner").groups
    assert [each.cycle_days.won.median for each in groups] == [2.0, round(47 / 24, 6)]


def test_cycle_days_are_spread_by_linear_quartiles(stories: Stories) -> None:
    for number in (1, 2, 4, 10):
        stories.tell(opened(), day(0), deal=f"D-{number}")
        stories.tell(DealWon(), day(number), deal=f"D-{number}")
    spread = only(ask(stories)).cycle_days.won
    assert spread.model_dump() == {"n": 4, "median": 3.0, "mean": 4.25, "p75": 5.5}


def test_a_close_before_the_opening_took_no_time(stories: Stories) -> None:
    stories.tell(opened(), day(5))
    stories.tell(DealWon(), day(2))
    assert only(ask(stories)).cycle_days.won.mean == 0.0


def test_amounts_of_two_currencies_are_never_added(stories: Stories) -> None:
    stories.story(opened(), DealWon(amount=usd("100")), deal="D-1")
    stories.story(opened(amount=CNY), DealLost(kind="unknown"), deal="D-2")
    stories.story(opened(), DealLost(kind="unknown", amount=usd("300.5")), deal="D-3")
    group = only(ask(stories)).model_dump(mode="json")
    assert group["win_rate_value"] == [
        {"currency": "CNY", "rate": 0.0},
        {"currency": "USD", "rate": 0.249688},
    ]
    assert group["lost_amounts"] == [
        {"amount": "700", "currency": "CNY"},
        {"amount": "300.5", "currency": "USD"},
    ]


def test_in_a_base_currency_everything_is_in_it_and_the_rates_are_named(stories: Stories) -> None:
    stories.story(opened(), DealWon(amount=usd("100")), deal="D-1")
    stories.story(opened(), DealLost(kind="unknown", amount=CNY), deal="D-2")
    rate = Rate(date=date(2026, 1, 1), currency="USD", into="CNY", rate=Decimal(7))
    answer = ask(stories, base=Base("USD", date(2026, 6, 30), (rate,))).model_dump(mode="json")
    assert answer["base"] == {
        "currency": "USD",
        "day": "2026-06-30",
        "rates": [{"date": "2026-01-01", "from": "USD", "to": "CNY", "rate": "7"}],
    }
    (group,) = answer["groups"]
    assert group["lost_amounts"] == [{"amount": "100", "currency": "USD"}]
    assert group["win_rate_value"] == [{"currency": "USD", "rate": 0.5}]


def test_a_currency_without_a_rate_is_said_so(stories: Stories) -> None:
    stories.story(opened(), DealWon(amount=usd("100")))
    with pytest.raises(BadInput, match="none between USD and EUR on or before 2026-06-30"):
        ask(stories, base=Base("EUR", date(2026, 6, 30), ()))


def test_a_deal_is_its_owner_s_of_the_instant_that_is_asked_about(stories: Stories) -> None:
    stories.story(opened("li"), DealWon(), DealOwnerAssigned(owner="anna"))
    assert counted(ask(stories, "owner")) == {("anna",): (1, 0, 0)}
    assert counted(ask(stories, "owner", asked=Asked(as_of=day(2)))) == {("li",): (1, 0, 0)}
    assert counted(ask(stories, filters=Filters(owner="li"))) == {(): (0, 0, 0)}


def test_what_was_not_known_yet_is_not_in_the_answer_known_then(stories: Stories) -> None:
    stories.tell(opened(), day(1), known=day(1))
    stories.tell(DealLost(kind="unknown"), day(2), known=day(9))
    assert counted(ask(stories, asked=Asked(known_at=day(8)))) == {(): (0, 0, 1)}
    assert counted(ask(stories, asked=Asked(known_at=day(9)))) == {(): (0, 1, 0)}


def test_groups_stand_by_size_and_periods_by_time(stories: Stories) -> None:
    for number, (owner, month) in enumerate((("li", 5), ("anna", 3), ("li", 3), ("bo", 4))):
        stories.tell(opened(owner), datetime(2026, 1, 1, tzinfo=UTC), deal=f"D-{number}")
        stories.tell(DealWon(), datetime(2026, month, 9, tzinfo=UTC), deal=f"D-{number}")
    stories.tell(opened("bo"), datetime(2026, 1, 1, tzinfo=UTC), deal="open")
    assert list(counted(ask(stories, "owner"))) == [("bo",), ("li",), ("anna",)]
    assert list(counted(ask(stories, "closed-month"))) == [("2026-03",), ("2026-04",), ("2026-05",), (None,)]


def test_the_deals_behind_each_figure_are_listed_when_asked(stories: Stories) -> None:
    stories.story(opened(), DealLost(kind="declined", amount=usd("20")))
    (deal,) = only(ask(stories, with_deals=True)).model_dump(mode="json")["behind"]
    assert (deal["outcome"], deal["kind"], deal["amount"]["amount"]) == ("lost", "declined", "20")
    assert deal["closed_at"] == day(2).isoformat()
    assert "behind" not in only(ask(stories)).model_dump(mode="json")


def test_an_unknown_grouping_is_refused_with_those_there_are(stories: Stories) -> None:
    with pytest.raises(BadInput, match="stage-at-close"):
        ask(stories, "colour")
    with pytest.raises(BadInput, match="twice"):
        ask(stories, "owner", "owner")
