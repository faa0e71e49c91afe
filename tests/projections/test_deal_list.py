from collections.abc import Iterator
from datetime import date

import pytest

from domain.deal.life import DealOpened, DealStageChanged
from domain.deal.outcome import DealDiscarded, DealLost, DealWon
from domain.errors import BadInput
from domain.values import External
from projections.asking.asked import Asked, Filters
from projections.states.deal_list import SORTS, DealRow, deals
from tests.projections.closing_stories import Stories, day, usd


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def opened(title: str, **facts: object) -> DealOpened:
    return DealOpened.model_validate(
        {"title": title, "pipeline": "standard", "pipeline_revision": 1, **facts}
    )


def listed(
    stories: Stories,
    filters: Filters | None = None,
    asked: Asked | None = None,
    *,
    sort: str = "title",
    limit: int | None = None,
) -> list[DealRow]:
    return deals(
        stories.caught_up(), stories.deals, asked or Asked(), filters or Filters(), sort=sort, limit=limit
    )


def titles(stories: Stories, filters: Filters | None = None, asked: Asked | None = None) -> list[str]:
    return [row.title for row in listed(stories, filters, asked)]


def test_a_list_says_how_each_deal_stands(stories: Stories) -> None:
    external = External(source="crm", key="17")
    stories.tell(
        opened(
            "Pumps",
            account="acme",
            owner="li",
            stage="meeting",
            amount=usd("12.5"),
            expected_close=date(2026, 5, 1),
            segment={"region": "west"},
            external=external,
        ),
        day(1),
    )
    stories.tell(DealWon(), day(2))
    (row,) = listed(stories)
    told = row.model_dump(mode="json", exclude_none=True)
    del told["deal"]
    assert told == {
        "source": "crm",
        "key": "17",
        "title": "Pumps",
        "account": "acme",
        "owner": "li",
        "pipeline": "standard",
        "revision": 1,
        "stage": "meeting",
        "outcome": "won",
        "amount": {"amount": "12.5", "currency": "USD"},
        "expected_close": "2026-05-01",
        "paused": False,
        "segments": {"region": "west"},
        "opened_at": day(1).isoformat(),
        "closed_at": day(2).isoformat(),
    }


def test_open_won_and_lost_deals_are_lists_of_their_own(stories: Stories) -> None:
    stories.story(opened("open"), deal="D-1")
    stories.story(opened("won"), DealWon(), deal="D-2")
    stories.story(opened("lost"), DealLost(kind="unknown"), deal="D-3")
    stories.story(opened("discarded"), DealDiscarded(reason="test"), deal="D-4")
    assert titles(stories) == ["lost", "open", "won"]
    assert titles(stories, Filters(outcome="won")) == ["won"]
    assert titles(stories, Filters(outcome="lost"), Asked(as_of=day(1))) == []
    assert titles(stories, Filters(outcome="open"), Asked(as_of=day(1))) == [
        "discarded",
        "lost",
        "open",
        "won",
    ]


def test_a_list_is_of_the_instant_that_is_asked_about(stories: Stories) -> None:
    stories.story(opened("Pumps", stage="first"), DealStageChanged(to_stage="second", pipeline_revision=1))
    assert titles(stories, Filters(stage="first"), Asked(as_of=day(1))) == ["Pumps"]
    assert titles(stories, Filters(stage="first")) == []
    assert titles(stories, None, Asked(as_of=day(0))) == []


@pytest.mark.parametrize("text", ["水泵", "华东", "PUMP", "K-9", "100%"])
def test_a_text_is_looked_for_in_title_account_and_key(stories: Stories, text: str) -> None:
    stories.tell(
        opened(
            "水泵 pumps 100%",
            account_name="华东水务",
            external=External(source="crm", key="K-9"),
        ),
        day(1),
    )
    stories.tell(opened("Valves", account_name="1000"), day(1), deal="D-2")
    assert titles(stories, Filters(search=text)) == ["水泵 pumps 100%"]


def test_a_list_is_sorted_by_what_is_asked_and_what_a_deal_lacks_comes_last(stories: Stories) -> None:
    stories.tell(opened("a", amount=usd("9")), day(3), deal="D-1")
    stories.tell(opened("b"), day(1), deal="D-2")
    stories.tell(opened("c", amount=usd("10")), day(2), deal="D-3")
    assert [row.title for row in listed(stories, sort="amount")] == ["a", "c", "b"]
    assert [row.title for row in listed(stories, sort="-amount")] == ["c", "a", "b"]
    assert [row.title for row in listed(stories, sort="-opened", limit=2)] == ["a", "c"]


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_takes_deals_that_lack_everything(stories: Stories, sort: str) -> None:
    stories.tell(opened("a"), day(1), precision="unknown")
    assert len(listed(stories, sort=sort)) == 1


def test_an_unknown_sort_is_refused_with_those_there_are(stories: Stories) -> None:
    with pytest.raises(BadInput, match="expected-close"):
        listed(stories, sort="colour")
