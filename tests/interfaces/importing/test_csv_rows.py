"""What a row of a table becomes, seen for the first time: its opening, its stages, its outcome, nothing invented."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from domain.deal.life import DealOpened
from domain.deal.outcome import DealLost, DealWon
from domain.errors import BadInput
from domain.event import Actor
from domain.pipeline import DefinePipeline
from domain.stages import Stage
from domain.values import Cause, External, Labels, Money
from engine.deals import Deals
from engine.ids import pipeline_id
from tests.interfaces.importing.tables import NOW, Desk, desk

BARE = """
source = "crm"
currency = "EUR"
[deal]
key = "id"
"""
STAGES = """
[stage]
column = "stage"
pipeline = "sale"
stages = ["First call", "Offer", "合同"]
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as empty:
        yield empty


def opening(store: Desk, key: str = "1") -> DealOpened:
    event = store.story(key)[0].event
    assert isinstance(event, DealOpened)
    return event


def test_a_row_with_a_key_alone_is_a_deal(store: Desk) -> None:
    store.take("id\n1\n", BARE)
    (only,) = store.story("1")
    assert opening(store) == DealOpened(
        title="1", pipeline="standard", pipeline_revision=1, external=External(source="crm", key="1")
    )
    assert (only.precision, only.occurred_at) == ("unknown", NOW)
    assert (only.by.id, only.by.kind, only.channel) == ("crm", "import", "import:crm")
    assert only.source_recorded_at is None
    assert only.line_key is None


def test_the_day_of_the_opening_begins_in_the_zone_of_the_file(store: Desk) -> None:
    toml = BARE.replace("source", 'timezone = "Asia/Shanghai"\nsource') + 'opened_at = "on"\n'
    store.take("id,on\n1,2026-03-02\n", toml)
    (only,) = store.story("1")
    assert only.occurred_at.isoformat() == "2026-03-02T00:00:00+08:00"
    assert only.precision == "day"


def test_a_date_with_a_time_is_an_instant_and_several_formats_may_be_named(store: Desk) -> None:
    toml = 'dates = ["iso", "%d.%m.%Y %H:%M"]\n' + BARE + 'opened_at = "on"\n'
    store.take("id,on\n1,2026-03-02T09:30:00+08:00\n2,02.03.2026 09:30\n3,2026-03-02\n", toml)
    times = [(store.story(key)[0].occurred_at, store.story(key)[0].precision) for key in "123"]
    assert times == [
        (datetime(2026, 3, 2, 1, 30, tzinfo=UTC), "instant"),
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), "instant"),
        (datetime(2026, 3, 2, tzinfo=UTC), "day"),
    ]


def test_a_pipeline_is_defined_from_the_labels_of_its_stages(store: Desk) -> None:
    report = store.take("id,stage\n1,合同\n", BARE + STAGES)
    assert report.recorded == 2
    sale = store.deals.pipeline("sale")
    assert [(each.stage, each.labels.en, each.phase) for each in sale.stages] == [
        ("first-call", "First call", "early"),
        ("offer", "Offer", "middle"),
        ("合同", "合同", "late"),
    ]
    assert opening(store).stage == "合同"
    (defined,) = store.deals.story(pipeline_id("sale"))
    assert defined.occurred_at == datetime(1, 1, 1, tzinfo=UTC)


def test_a_template_is_defined_when_the_first_deal_comes_in_and_its_labels_and_aliases_are_known(
    store: Desk,
) -> None:
    toml = BARE + '[stage]\ncolumn = "stage"\n'
    store.take("id,stage\n1,寻找潜在客户\n2,NEW LEAD\n3,prospecting\n", toml)
    assert {opening(store, key).stage for key in "123"} == {"prospecting"}
    assert store.deals.pipeline("standard").revision == 1


def test_stages_are_found_in_a_pipeline_that_is_there(store: Desk) -> None:
    define(store.deals)
    toml = BARE + '[stage]\ncolumn = "stage"\npipeline = "own"\n'
    assert store.take("id,stage\n1,Kick-off\n2,KO\n", toml).recorded == 2
    assert {opening(store, key).stage for key in "12"} == {"start"}
    with pytest.raises(BadInput, match=r"names the stage 'End'.*has none"):
        store.take("id,stage\n1,Kick-off\n", toml + 'stages = ["Kick-off", "End"]\n')


def test_a_pipeline_that_is_not_there_is_asked_for(store: Desk) -> None:
    with pytest.raises(BadInput, match=r"no pipeline 'own'. List its stages"):
        store.take("id,stage\n1,x\n", BARE + '[stage]\ncolumn = "stage"\npipeline = "own"\n')


def test_the_stage_entered_at_the_opening_is_the_stage_it_was_opened_in(store: Desk) -> None:
    toml = BARE + 'opened_at = "on"\n' + STAGES + 'entered = { "First call" = "on", Offer = "offered" }\n'
    store.take("id,stage,on,offered\n1,合同,2026-03-02,2026-03-09\n", toml)
    assert opening(store).stage == "first-call"
    assert store.told("1") == [
        ("DealOpened", "2026-03-02"),
        ("DealStageChanged", "2026-03-09"),
        ("DealStageChanged", "?"),
    ]
    assert store.deal("1", "2026-03-10").life.stage == "offer"
    assert store.deal("1").life.stage == "合同"


def test_a_stage_that_nothing_dates_is_not_put_at_the_opening(store: Desk) -> None:
    toml = BARE + 'opened_at = "on"\n' + STAGES
    store.take("id,stage,on\n1,Offer,2026-03-02\n", toml)
    assert opening(store).stage is None
    assert store.told("1") == [("DealOpened", "2026-03-02"), ("DealStageChanged", "?")]


def test_wins_and_losses_carry_what_their_columns_say(store: Desk) -> None:
    toml = (
        BARE
        + 'amount = "worth"\n'
        + STAGES
        + """
        won = { value = ["Won", "Signed"], at = "closed", amount = "got", reason = "why" }
        [[stage.lost]]
        value = "Lost"
        at = "closed"
        kind = "competitor"
        reason = "why"
        competitor = "to"
        [[stage.lost]]
        value = "No answer"
        kind = "no-decision"
        note = "why"
        """
    )
    store.take(
        "id,stage,worth,got,closed,why,to\n"
        "1,SIGNED,90,80.50,2026-03-02,Relationship,\n"
        "2,Lost,90,,2026-03-03,Price,Globex\n"
        "3,no answer,90,,,They moved,\n",
        toml,
    )
    assert store.story("1")[-1].event == DealWon(
        amount=Money(amount=Decimal("80.50"), currency="EUR"), causes=(Cause(reason="relationship"),)
    )
    assert store.story("2")[-1].event == DealLost(
        kind="competitor", competitor="Globex", causes=(Cause(reason="price"),)
    )
    assert store.story("3")[-1].event == DealLost(kind="no-decision", note="They moved")
    assert store.told("3")[-1] == ("DealLost", "?")


def test_a_title_is_made_of_columns_and_of_what_is_there(store: Desk) -> None:
    toml = BARE + 'title = "{account} – {product}"\n'
    store.take("id,account,product\n1,Acme,Crane\n2,,Crane\n3,Acme,\n4,,\n", toml)
    assert [opening(store, key).title for key in "1234"] == ["Acme – Crane", "Crane", "Acme", "4"]


def test_a_file_without_keys_counts_its_rows(store: Desk) -> None:
    toml = BARE.replace('key = "id"', 'key = "#row"\ntitle = "name"')
    store.take("name\nCrane\n\nMill\n", toml)
    assert (opening(store, "1").title, opening(store, "2").title) == ("Crane", "Mill")
    assert store.take("name\nCrane\n\nMill\nPress\n", toml).opened == 1


def test_everything_else_has_its_column(store: Desk) -> None:
    toml = (
        BARE
        + """
        account = "account"
        account_name = "name"
        owner = "owner"
        expected_close = "due"
        lead_source = "from"
        campaign = "campaign"
        segment = { region = "region", size = "size" }
        """
    )
    store.take(
        "id,account,name,owner,due,from,campaign,region,size\n"
        "1,a-1,Acme,ann,2027-01-31,Trade Fair!,Spring,West,\n",
        toml,
    )
    event = opening(store)
    assert (event.account, event.account_name, event.owner) == ("a-1", "Acme", "ann")
    assert event.expected_close == date(2027, 1, 31)
    assert (event.lead_source, event.campaign, event.segment) == ("trade-fair", "Spring", {"region": "West"})


@pytest.mark.parametrize(
    ("keys", "text", "amount"),
    [
        ("", "1200.5", "1200.5"),
        ('thousands = ","', '"1,234,567.89"', "1234567.89"),
        ('thousands = ","', '"12,34,567"', "1234567"),
        ('thousands = "."\ndecimal = ","', '"1.234,50"', "1234.50"),
        ('thousands = " "\ndecimal = ","', '"1\u00a0234,5"', "1234.5"),
        ('currency_sign = "€"', "€ 12", "12"),
        ('currency_sign = "EUR"\nthousands = "\'"', "1'200 EUR", "1200"),
    ],
)
def test_amounts_are_read_as_the_mapping_says_that_they_are_written(
    store: Desk, keys: str, text: str, amount: str
) -> None:
    store.take(f"id,amount\n1,{text}\n", f'{keys}\n{BARE}amount = "amount"\n')
    assert opening(store).amount == Money(amount=Decimal(amount), currency="EUR")


def test_a_decimal_comma_is_never_taken_for_thousands(store: Desk) -> None:
    report = store.take('id,amount\n1,"1,5"\n', f'thousands = ","\n{BARE}amount = "amount"\n')
    assert [each.value for each in report.refused] == ["1,5"]


def test_an_unknown_currency_is_asked_for(store: Desk) -> None:
    toml = BARE.replace('currency = "EUR"', "") + 'amount = "amount"\n'
    with pytest.raises(BadInput, match="--currency"):
        store.take("id,amount\n1,5\n", toml)
    with pytest.raises(BadInput, match="no currency"):
        store.take("id,amount\n1,5\n", toml, currency="euros")
    store.take("id,amount\n1,5\n", toml, currency="chf")
    assert opening(store).amount == Money(amount=Decimal(5), currency="CHF")


def test_rows_may_have_currencies_of_their_own(store: Desk) -> None:
    toml = BARE + 'amount = "amount"\ncurrency = "cur"\n'
    report = store.take("id,amount,cur\n1,5,usd\n2,6,\n3,7,US$\n", toml)
    currencies = [amount.currency for key in "12" if (amount := opening(store, key).amount)]
    assert currencies == ["USD", "EUR"]
    assert [(each.line, each.column) for each in report.refused] == [(4, "cur")]


JOINED = (
    BARE
    + 'amount = "price"\nsegment = { line = "line" }\n'
    + """
[[join]]
file = "products.csv"
on = { product = "name" }
take = { price = "list_price", line = "line" }
[join.fix.line]
"hevy" = "heavy"
[fix.product]
"Cran" = "Crane"
"""
)


def test_columns_are_taken_from_files_beside_after_slips_were_put_right(store: Desk) -> None:
    store.write("name,line,list_price\nCrane,hevy,900\nMill,light,50\n", "products.csv")
    report = store.take("id,product\n1,Cran\n2,Mill\n3,\n4,Press\n", JOINED)
    event = opening(store)
    assert (event.amount, event.segment) == (Money(amount=Decimal(900), currency="EUR"), {"line": "heavy"})
    assert opening(store, "3").amount is None
    (refusal,) = report.refused
    assert (refusal.line, refusal.column, refusal.value) == (5, "product", "Press")
    assert "products.csv has no such name" in refusal.reason


def test_a_join_may_be_optional(store: Desk) -> None:
    store.write("name,line,list_price\n", "products.csv")
    toml = JOINED.replace('file = "products.csv"', 'file = "products.csv"\noptional = true')
    assert store.take("id,product\n1,Press\n", toml).opened == 1


def test_weekly_exports_in_folders_share_the_file_above(store: Desk) -> None:
    store.write("name,line,list_price\nMill,light,50\n", "products.csv")
    (store.folder / "week").mkdir()
    path = store.write("id,product\n1,Mill\n", "week/deals.csv")
    assert store.take_file(path, JOINED).opened == 1


@pytest.mark.parametrize(
    ("products", "told"),
    [
        (None, "products.csv cannot be read"),
        ("name,line,list_price\nMill,x,1\nCrane,x,1\nMill,y,2\n", "Line 4 .*again .first on line 2"),
        ("name,line,price\nMill,x,1\n", "'list_price'.*Did you mean 'price'"),
        ("name,line,list_price\nMill,x\n", "Line 2 .* has 2 cells"),
    ],
)
def test_a_joined_file_that_is_not_clear_is_refused(store: Desk, products: str | None, told: str) -> None:
    if products is not None:
        store.write(products, "products.csv")
    with pytest.raises(BadInput, match=told):
        store.take("id,product\n1,Mill\n", JOINED)


def test_a_join_takes_no_column_that_is_there_already(store: Desk) -> None:
    store.write("name,line,list_price\nMill,light,50\n", "products.csv")
    with pytest.raises(BadInput, match="takes a column as 'price'"):
        store.take("id,product,price\n1,Mill,1\n", JOINED)


def test_a_table_of_deals_that_were_recorded_here_names_them_by_their_uuid(store: Desk) -> None:
    toml = BARE.replace('"crm"', '"dealtrail"') + 'title = "name"\n'
    own = "0191d3a0-0000-7000-8000-000000000001"
    report = store.take(f"id,name\n{own},Crane\nD-2,Mill\n", toml)
    assert [(each.line, each.column) for each in report.refused] == [(3, "id")]
    (opened,) = store.deals.story(UUID(own))
    assert isinstance(opened.event, DealOpened)
    assert opened.event.external is None


def test_a_delimiter_may_be_named(store: Desk) -> None:
    store.take("id^name\n1^a,b;c\n", 'delimiter = "^"\n' + BARE + 'title = "name"\n')
    assert opening(store).title == "a,b;c"


def test_an_export_from_the_future_is_refused(store: Desk) -> None:
    with pytest.raises(BadInput, match="The time of the export lies in the future"):
        store.take("id\n1\n", BARE, exported="2026-12-24")


def define(deals: Deals) -> None:
    """A pipeline of one stage that has an alias."""
    stage = Stage(stage="start", labels=Labels(en="Kick-off"), aliases=("KO",), phase="early")
    command = DefinePipeline(pipeline="own", labels=Labels(en="Own"), stages=(stage,))
    deals.handle_pipeline("own", command, by=Actor(id="ann"))
