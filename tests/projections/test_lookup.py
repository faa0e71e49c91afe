from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.deal.life import OpenDeal
from domain.errors import BadInput, NotFound
from domain.values import External
from engine.deals import Deals
from engine.ids import deal_id
from projections.asking.lookup import Ambiguous, find_deal, names_of
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DealStates
from tests.projections.histories import ACTOR, store

OWN = UUID("0197f00d-0000-7000-8000-000000000001")
TWIN = UUID("0197f00d-0000-7000-8000-000000000002")


def opened(deals: Deals, deal: UUID, title: str, external: External | None = None) -> None:
    deals.handle(deal, OpenDeal(title=title, owner="anna", external=external), by=ACTOR)


@pytest.fixture
def views() -> Iterator[Views]:
    with store() as deals, Views.open(deals) as opened_views:
        for key in ("D-1", "D-17", "D-18", "订单-1"):
            external = External(source="acme-crm", key=key)
            opened(deals, deal_id("acme-crm", key), f"Deal {key}", external)
        opened(deals, OWN, "Own")
        opened(deals, TWIN, "Twin")
        catch_up(views := opened_views, deals, [DealStates()])
        yield views


@pytest.mark.parametrize(
    ("name", "deal"),
    [
        ("acme-crm:D-17", deal_id("acme-crm", "D-17")),
        ("acme-crm:订", deal_id("acme-crm", "订单-1")),
        (" acme-crm:D-17 ", deal_id("acme-crm", "D-17")),
        ("D-17", deal_id("acme-crm", "D-17")),
        (str(OWN), OWN),
        (str(OWN).upper(), OWN),
        (OWN.hex, OWN),
        (str(deal_id("acme-crm", "D-1"))[:13], deal_id("acme-crm", "D-1")),
    ],
)
def test_a_deal_is_found_by_its_name_or_the_beginning_of_it(views: Views, name: str, deal: UUID) -> None:
    assert find_deal(views, name) == deal


@pytest.mark.parametrize("name", ["acme-crm:D-1", "D-1"])
def test_an_exact_name_wins_over_the_beginning_of_others(views: Views, name: str) -> None:
    assert find_deal(views, name) == deal_id("acme-crm", "D-1")


def test_a_name_of_several_deals_lists_them(views: Views) -> None:
    with pytest.raises(Ambiguous) as raised:
        find_deal(views, "0197f00d")
    assert raised.value.candidates == (f"{OWN}  Own", f"{TWIN}  Twin")
    with pytest.raises(Ambiguous, match="Write more of the name of one of them:\n  acme-crm:D-1  Deal D-1"):
        find_deal(views, "acme")


@pytest.mark.parametrize("name", ["acme-crm:D-2", "nobody", "0197f00d-0000-7000-8000-000000000003", "%"])
def test_a_deal_that_is_not_there_is_not_found(views: Views, name: str) -> None:
    with pytest.raises(NotFound, match="There is no deal"):
        find_deal(views, name)


def test_a_blank_is_no_name(views: Views) -> None:
    with pytest.raises(BadInput, match="Name a deal"):
        find_deal(views, "  ")


def test_deals_are_called_by_names_that_find_them_again(views: Views) -> None:
    deals = [deal_id("acme-crm", "D-17"), deal_id("acme-crm", "订单-1"), OWN]
    names = names_of(views, deals)
    assert list(names.values()) == ["acme-crm:D-17", "acme-crm:订单-1", str(OWN)]
    assert [find_deal(views, names[deal]) for deal in deals] == deals


def test_no_deals_have_no_names(views: Views) -> None:
    assert names_of(views, []) == {}
