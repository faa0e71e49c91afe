from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.deal.corrections import CorrectEvent, Replacement, RetractEvent
from domain.deal.deciding import DealCommand
from domain.deal.life import ChangeStage, MoveExpectedClose, OpenDeal, ReviseAmount
from domain.deal.outcome import LoseDeal, ReopenDeal, WinDeal
from domain.deal.outlook import SetForecast
from domain.deal.team import AssignOwner
from domain.errors import BadInput
from domain.pipeline import DefinePipeline, RevisePipeline
from domain.stages import Stage
from domain.values import Labels, Money
from engine.deals import Deals
from engine.ids import new_id
from projections.asking.asked import Asked, Filters
from projections.asking.rates import Base, Rate
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DEAL_STATES, DealStates
from projections.states.pipeline_view import pipeline
from projections.states.pipelines import Pipelines
from projections.states.state import STATE
from projections.states.waterfall import changes
from tests.projections.histories import ACTOR, store
from tests.projections.reading import rows
from tests.projections.spare_views import views_of

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
USD = "USD"


def usd(amount: str) -> Money:
    return Money.model_validate({"amount": amount, "currency": USD})


class Books:
    """A store whose events happen when a story says, and the answers about it."""

    def __init__(self, deals: Deals, views: Views) -> None:
        self.deals, self.views = deals, views

    def tell(self, deal: UUID, command: DealCommand, at: datetime) -> None:
        self.deals.handle(deal, command, by=ACTOR, at=at)

    def open(self, at: datetime = MONDAY, **facts: Any) -> UUID:  # noqa: ANN401 - whatever an opening says
        deal = new_id()
        known = {"title": "Deal", "owner": "anna", "amount": usd("100"), **facts}
        self.tell(deal, OpenDeal.model_validate(known), at)
        return deal

    def pipeline(self, at: datetime | None = None, **filters: Any) -> dict[str, Any]:  # noqa: ANN401
        catch_up(self.views, self.deals, [DealStates(), Pipelines()])
        return pipeline(self.views, self.deals, Asked(at), Filters(**filters)).model_dump(mode="json")

    def states(self, deal: UUID) -> list[dict[str, Any]]:
        catch_up(self.views, self.deals, [DealStates()])
        return [row for row in rows(self.views, DEAL_STATES) if row["deal"] == deal.bytes]

    def changes(self, start: datetime, end: datetime, **asked: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        catch_up(self.views, self.deals, [DealStates()])
        answer = changes(self.views, self.deals, start, end, **asked).model_dump(mode="json")
        return list(answer["currencies"])


@pytest.fixture
def books() -> Iterator[Books]:
    with store() as deals, views_of(deals) as views:
        yield Books(deals, views)


def stages(*slugs: str, probability: float) -> tuple[Stage, ...]:
    return tuple(
        Stage(stage=slug, labels=Labels(en=slug), phase="early", probability=probability) for slug in slugs
    )


def test_a_deal_that_moves_on_and_back_within_a_minute_has_three_rows(books: Books) -> None:
    deal = books.open(stage="prospecting")
    books.tell(deal, ChangeStage(to_stage="proposal"), MONDAY + MINUTE / 2)
    books.tell(deal, ChangeStage(to_stage="prospecting"), MONDAY + MINUTE)
    assert [(row["version"], row["before_stage"], row["stage"]) for row in books.states(deal)] == [
        (1, None, "prospecting"),
        (2, "prospecting", "proposal"),
        (3, "proposal", "prospecting"),
    ]
    assert books.pipeline(MONDAY + MINUTE / 2)["stages"][0]["stage"] == "proposal"


def test_a_lost_deal_weighs_nothing(books: Books) -> None:
    deal = books.open(stage="negotiation")
    assert books.pipeline()["open"]["weighted"] == [{"amount": "80", "currency": USD}]
    books.tell(deal, LoseDeal(kind="declined"), MONDAY + DAY)
    answer = books.pipeline()
    assert (answer["stages"], answer["open"]["weighted"]) == ([], [])
    assert answer["lost"] == {"deals": 1, "amounts": [{"amount": "100", "currency": USD}]}


def test_a_forecast_amount_weighs_as_it_is_and_an_omitted_deal_nothing(books: Books) -> None:
    forecast, omitted = books.open(stage="prospecting"), books.open(stage="prospecting")
    books.open(stage="prospecting", amount=None)
    books.tell(forecast, SetForecast(category="commit", amount=usd("70.5")), MONDAY + DAY)
    books.tell(omitted, SetForecast(category="omitted", amount=usd("70")), MONDAY + DAY)
    answer = books.pipeline()
    assert answer["open"]["weighted"] == [{"amount": "70.5", "currency": USD}]
    assert answer["unweighted"] == 1


def test_a_pipeline_without_probabilities_is_not_weighted_and_nothing_is_missing_from_it(
    books: Books,
) -> None:
    stages = ({"stage": "contact", "labels": {"en": "Contact"}, "phase": "early"},)
    plain = DefinePipeline.model_validate({"pipeline": "plain", "labels": {"en": "Plain"}, "stages": stages})
    books.deals.handle_pipeline("plain", plain, by=ACTOR, at=MONDAY)
    books.open(pipeline="plain", stage="contact")
    answer = books.pipeline()
    assert (answer["open"]["deals"], answer["open"]["weighted"], answer["unweighted"]) == (1, [], 0)
    books.open(pipeline="plain", stage="contact", amount=None)
    assert books.pipeline()["unweighted"] == 1


def test_revising_a_pipeline_changes_no_past_answer(books: Books) -> None:
    define = DefinePipeline(
        pipeline="direct", labels=Labels(en="Direct"), stages=stages("first", "second", probability=0.5)
    )
    books.deals.handle_pipeline("direct", define, by=ACTOR, at=MONDAY - DAY)
    books.open(pipeline="direct", stage="second")
    before = books.pipeline(MONDAY + DAY)
    revise = RevisePipeline(stages=stages("second", "third", probability=0.9))
    books.deals.handle_pipeline("direct", revise, by=ACTOR, at=MONDAY + 2 * DAY)
    after = books.pipeline(MONDAY + DAY)
    assert {**after, "position": 0} == {**before, "position": 0}
    assert after["stages"][0]["weighted"] == [{"amount": "50", "currency": USD}]
    later = books.pipeline(MONDAY + 3 * DAY)
    assert later["stages"][0]["weighted"] == [{"amount": "90", "currency": USD}]


def test_assigning_an_owner_touches_nothing_else(books: Books) -> None:
    deal = books.open(stage="proposal", expected_close="2026-06-30")
    books.tell(deal, AssignOwner(owner="bo"), MONDAY + DAY)
    row = books.states(deal)[-1]
    assert {name for name in STATE if row[name] != row[f"before_{name}"]} == {"owner"}


def test_what_was_believed_stays_as_it_was_when_a_mistake_is_corrected(books: Books) -> None:
    deal = books.open()
    books.tell(deal, WinDeal(amount=usd("58")), MONDAY + DAY)
    believed = books.deals.clock()
    correction = Replacement(data={"amount": {"amount": "85", "currency": USD}})
    correct = CorrectEvent(corrects=2, replacement=correction, reason="typo")
    books.tell(deal, correct, MONDAY + 2 * DAY)
    catch_up(books.views, books.deals, [DealStates(), Pipelines()])

    def won(known_at: datetime | None) -> list[str]:
        answer = pipeline(books.views, books.deals, Asked(MONDAY + DAY, known_at))
        return [each.amount for each in answer.won.amounts]

    assert (won(believed), won(None)) == (["58"], ["85"])
    books.tell(deal, RetractEvent(retracts=2, reason="mistake"), MONDAY + 3 * DAY)
    assert books.pipeline(MONDAY + DAY)["won"]["deals"] == 0
    assert won(believed) == ["58"]


def test_a_deal_is_as_old_as_the_time_since_its_opening(books: Books) -> None:
    books.open(MONDAY)
    books.open(MONDAY + DAY)
    books.deals.handle(
        new_id(),
        OpenDeal(title="By date", owner="anna"),
        by=ACTOR,
        at=MONDAY.replace(hour=0),
        precision="day",
    )
    ages = books.pipeline(MONDAY + 2 * DAY + 6 * MINUTE)["open"]["age_days"]
    assert ages == {
        "median": 2.0,
        "mean": round((2 + 2 + 1 + 2 * 6 / 1440) / 3, 6),
        "max": round(2 + 6 / 1440, 6),
    }


def test_a_reopened_deal_is_won_once_and_counted_once(books: Books) -> None:
    deal = books.open()
    books.tell(deal, LoseDeal(kind="no-decision"), MONDAY + DAY)
    books.tell(deal, ReopenDeal(reason="they-called"), MONDAY + 2 * DAY)
    books.tell(deal, WinDeal(), MONDAY + 3 * DAY)
    [all_of_it] = books.changes(MONDAY - DAY, MONDAY + 4 * DAY)
    assert [(each["bucket"], each["amount"]) for each in all_of_it["buckets"]] == [
        ("new", "100"),
        ("reopened", "100"),
        ("won", "-100"),
        ("lost", "-100"),
    ]
    assert books.changes(MONDAY - DAY, MONDAY + 4 * DAY, net=True, currency=USD)[0]["buckets"] == []


def test_a_deal_is_pushed_out_of_the_quarter_that_is_asked_about(books: Books) -> None:
    deal = books.open(expected_close="2026-06-30")
    books.tell(deal, MoveExpectedClose(expected_close=date(2026, 7, 1)), MONDAY + DAY)
    quarter = (date(2026, 4, 1), date(2026, 7, 1))
    [fall] = books.changes(MONDAY, MONDAY + DAY, closing=quarter)
    assert (fall["start"], fall["end"], fall["balanced"]) == ("100", "0", True)
    assert fall["buckets"] == [{"bucket": "pushed-out", "amount": "-100", "deals": 1}]
    assert books.changes(MONDAY, MONDAY + DAY)[0]["buckets"] == []


def test_amounts_in_a_base_currency_take_the_rates_of_one_day_and_still_balance(books: Books) -> None:
    deal = books.open(amount=Money.model_validate({"amount": "10.01", "currency": "EUR"}))
    books.open()
    books.tell(deal, ReviseAmount(amount=usd("12")), MONDAY + DAY)
    rate = Rate(date=date(2026, 1, 1), currency="EUR", into=USD, rate=Decimal("1.111111"))
    base = Base(USD, date(2026, 3, 3), [rate])
    [fall] = books.changes(MONDAY, MONDAY + DAY, base=base)
    assert (fall["start"], fall["end"], fall["balanced"]) == ("111.1222", "112", True)
    assert fall["buckets"] == [{"bucket": "increased", "amount": "0.8778", "deals": 1}]
    [eur, dollars] = books.changes(MONDAY, MONDAY + DAY)
    assert [each["bucket"] for each in (*eur["buckets"], *dollars["buckets"])] == [
        "converted-out",
        "converted-in",
    ]


def test_one_bucket_is_shown_with_the_deals_behind_it(books: Books) -> None:
    deal = books.open(title="The one")
    books.tell(deal, ReviseAmount(amount=usd("80")), MONDAY + DAY)
    [fall] = books.changes(MONDAY - DAY, MONDAY + DAY, bucket="decreased", with_deals=True)
    assert fall["buckets"] == [
        {
            "bucket": "decreased",
            "amount": "-20",
            "deals": 1,
            "behind": [
                {
                    "deal": str(deal),
                    "title": "The one",
                    "at": (MONDAY + DAY).isoformat(),
                    "version": 2,
                    "type": "DealAmountRevised",
                    "amount": "-20",
                }
            ],
        }
    ]
    assert fall["balanced"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bucket": "gone"}, "There is no bucket 'gone'. Use one of: restated, new"),
        ({"by": "colour"}, "no grouping by 'colour'"),
        ({"currency": USD, "base": Base(USD, date(2026, 1, 1), [])}, "leave one out"),
    ],
)
def test_a_waterfall_that_cannot_be_drawn_says_why(books: Books, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        books.changes(MONDAY, MONDAY + DAY, **wrong)


def test_a_waterfall_goes_from_the_earlier_instant_to_the_later(books: Books) -> None:
    with pytest.raises(BadInput, match="Give the earlier instant first"):
        books.changes(MONDAY + DAY, MONDAY)
