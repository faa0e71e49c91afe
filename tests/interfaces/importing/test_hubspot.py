"""Exports of HubSpot: Fivetran's tables as they really look, the account's own files, and later exports."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import BadInput
from tests.interfaces.importing.crm_exports import CrmDesk, crm_desk

DEALS = (
    "deal_id,property_dealname,deal_pipeline_id,deal_pipeline_stage_id,property_amount,property_closedate,"
    "property_createdate,owner_id,property_hs_lastmodifieddate,property_closed_lost_reason,is_deleted\n"
)
STAGES = (
    "stage_id,pipeline_id,label,display_order,probability,closed_won,is_closed\n"
    "s2,default,Proposal,2,0.6,false,false\n"
    "s1,default,Meeting,1,0.2,false,false\n"
    "s3,default,Signed,3,1.0,true,true\n"
    "s4,default,Gone,4,0.0,false,true\n"
    "r1,renewals,初步 接洽,0,0.5,false,false\n"
)
PIPELINES = "pipeline_id,label,display_order\nrenewals,Renewals,1\ndefault,Sales Pipeline,0\n"
HISTORY = "deal_id,name,timestamp,value\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CrmDesk]:
    with crm_desk(tmp_path) as empty:
        yield empty


@pytest.fixture
def account(store: CrmDesk) -> CrmDesk:
    store.write("deal_pipeline_data.csv", PIPELINES)
    store.write("deal_pipeline_stage_data.csv", STAGES)
    return store


def deal(
    key: str = "1",
    stage: str = "s1",
    *,
    pipeline: str = "default",
    amount: str = "100",
    closes: str = "2026-09-30 00:00:00",
    owner: str = "77",
    changed: str = "2026-03-20 10:00:00",
    reason: str = "",
    deleted: str = "false",
) -> str:
    created = "2026-03-01 09:00:00"
    return (
        f"{key},Pumps,{pipeline},{stage},{amount},{closes},{created},{owner},{changed},{reason},{deleted}\n"
    )


def test_fivetrans_tables_import_and_every_row_without_its_deal_is_reported(
    store: CrmDesk, crm_export_fixtures: Path
) -> None:
    store.copy(crm_export_fixtures / "hubspot_fivetran")
    checked = store.hubspot(check=True)
    assert store.deals.head().position == 0
    report = store.hubspot()
    assert (report.opened, report.recorded) == (44, checked.recorded)
    files = Counter(each.file for each in report.refused)
    assert files == {
        "deal_company_data.csv": 2,
        "deal_contact_data.csv": 11,
        "deal_property_history_data.csv": 100,
        "deal_stage_data.csv": 14,
        "merged_deal_data.csv": 14,
    }
    assert report.passed_over == ["property_data.csv"]
    assert store.told("hubspot:1244495215") == [("DealOpened", "2019-12-04T12:48")]
    assert store.deal("hubspot:1244495215").life.pipeline == "standard"
    assert store.hubspot().recorded == 0


def test_pipelines_are_those_of_the_tables_in_any_script(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal() + deal("2", "r1", pipeline="renewals"))
    account.hubspot(currency="EUR")
    assert account.stages("hubspot-default") == [("meeting", 0.2), ("proposal", 0.6)]
    assert account.stages("hubspot-renewals") == [("初步-接洽", 0.5)]
    assert account.deals.pipeline("hubspot-default").labels.en == "Sales Pipeline"
    assert account.deal("hubspot:2").life.stage == "初步-接洽"


def test_the_history_of_properties_tells_stage_amount_close_date_and_owner(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal(stage="s3", amount="120", closes="2026-03-18 10:00:00"))
    account.write(
        "owner_data.csv", "owner_id,first_name,last_name,email\n77,Ann,Lee,ann@x.example\n78,,,bo@x.example\n"
    )
    account.write(
        "deal_property_history_data.csv",
        HISTORY
        + "1,dealstage,2026-03-18 10:00:00,s3\n"
        + "1,closedate,2026-03-18 10:00:00,1773828000000\n"
        + "1,dealstage,2026-03-01 09:00:00,s1\n"
        + "1,amount,2026-03-01 09:00:00,100\n"
        + "1,closedate,2026-03-01 09:00:00,2026-09-30T00:00:00Z\n"
        + "1,dealstage,2026-03-05 09:00:00,s2\n"
        + "1,amount,2026-03-06 09:00:00,120\n"
        + "1,hubspot_owner_id,2026-03-01 09:00:00,78\n"
        + "1,hubspot_owner_id,2026-03-07 09:00:00,77\n"
        + "1,closedate,2026-03-08 09:00:00,1790640000000\n"
        + "1,hs_created_by_user_id,2026-03-08 09:00:00,5\n",
    )
    report = account.hubspot(currency="EUR")
    assert (report.refused.count, report.undated) == (0, 0)
    assert account.told("hubspot:1") == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T09:00"),
        ("DealAmountRevised", "2026-03-06T09:00"),
        ("DealOwnerAssigned", "2026-03-07T09:00"),
        ("DealExpectedCloseMoved", "2026-03-08T09:00"),
        ("DealWon", "2026-03-18T10:00"),
    ]
    before = account.deal("hubspot:1", "2026-03-04")
    assert (before.life.stage, before.team.owner) == ("meeting", "78")
    assert account.deal("hubspot:1").team.owner == "Ann Lee"
    assert account.hubspot(currency="EUR").recorded == 0


def test_the_history_of_stages_serves_where_that_of_properties_has_none(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal(stage="s2"))
    account.write(
        "deal_stage_data.csv",
        "deal_id,_fivetran_start,date_entered,value\n"
        "1,2026-03-05 9:00:00,2026-03-05 9:00:00,s2\n"
        "1,2026-03-01 9:00:00,2026-03-01 9:00:00,s1\n",
    )
    account.hubspot(currency="EUR")
    assert account.told("hubspot:1") == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T09:00"),
    ]


def test_a_deal_that_moves_to_another_pipeline_takes_its_stages_along(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal(stage="r1", pipeline="renewals"))
    account.write(
        "deal_property_history_data.csv",
        HISTORY
        + "1,pipeline,2026-03-01 09:00:00,default\n1,dealstage,2026-03-01 09:00:00,s1\n"
        + "1,dealstage,2026-03-05 09:00:00,r1\n1,pipeline,2026-03-05 09:00:00,renewals\n",
    )
    account.hubspot(currency="EUR")
    assert account.data("hubspot:1", "DealPipelineChanged") == [
        {
            "from_pipeline": "hubspot-default",
            "from_stage": "meeting",
            "to_pipeline": "hubspot-renewals",
            "to_stage": "初步-接洽",
            "pipeline_revision": 1,
        }
    ]


def test_a_loss_without_history_is_of_its_close_date_and_its_reason_is_a_cause(account: CrmDesk) -> None:
    row = deal(
        stage="s4", closes="2026-03-18 10:00:00", reason="They went with somebody else. Price was fine."
    )
    account.write("deal_data.csv", DEALS + row)
    account.hubspot(currency="EUR")
    assert account.told("hubspot:1")[-1] == ("DealLost", "2026-03-18T10:00")
    (lost,) = account.data("hubspot:1", "DealLost")
    assert lost["kind"] == "unknown"
    assert lost["causes"] == [
        {"reason": "other", "effect": "blocked", "note": "They went with somebody else. Price was fine."}
    ]


def test_merged_deals_are_told_as_far_as_both_are_there(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal() + deal("2") + deal("3"))
    account.write("merged_deal_data.csv", "deal_id,merged_deal_id\n1,2\n3,99\n")
    report = account.hubspot(currency="EUR")
    assert [(each.file, each.line) for each in report.refused] == [("merged_deal_data.csv", 3)]
    assert account.data("hubspot:1", "DealAbsorbed") == [{"absorbed": str(account.deal("hubspot:2").id)}]
    assert account.data("hubspot:2", "DealMerged") == [{"into": str(account.deal("hubspot:1").id)}]
    assert account.told("hubspot:2")[-1] == ("DealMerged", "?")
    assert account.deal("hubspot:2").outcome.standing == "merged"
    assert account.deal("hubspot:3").outcome.standing == "open"
    again = account.hubspot(currency="EUR")
    assert again.recorded == 0


def test_contacts_and_companies_come_with_what_is_known_of_them(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal())
    account.write("deal_contact_data.csv", "deal_id,contact_id\n1,31\n")
    account.write(
        "contact_data.csv",
        "id,property_firstname,property_lastname,property_email\n31,Li,Lei,li@acme.example\n",
    )
    account.write("deal_company_data.csv", "deal_id,company_id\n1,21\n")
    account.write("company_data.csv", "id,property_name,property_industry\n21,Acme,Pumps\n")
    report = account.hubspot(currency="EUR")
    assert report.undated == 1
    assert account.data("hubspot:1", "ContactAdded") == [
        {"contact": "31", "name": "Li Lei", "email": "li@acme.example"}
    ]
    life = account.deal("hubspot:1").life
    assert (life.account, life.account_name, life.segment) == ("21", "Acme", {"industry": "Pumps"})


def test_a_deleted_deal_counts_nowhere(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal(deleted="true"))
    account.hubspot(currency="EUR")
    assert account.told("hubspot:1")[-1] == ("DealDiscarded", "2026-03-20T10:00")


OWN = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Create Date,Deal owner,Associated Company,"
    'Last Modified Date,"Date entered ""Appointment Scheduled (Sales)""","Date entered ""Proposal (Sales)""",'
    '"Date entered ""Closed Won (Sales)"""\n'
)


def test_an_accounts_own_export_imports_with_labels_in_place_of_ids(store: CrmDesk) -> None:
    store.write(
        "hubspot-crm-exports-all-deals-2026-04-01.csv",
        OWN
        + "1,Pumps,Closed Won,Sales,100,2026-03-18 10:00,2026-03-01 09:00,Ann Lee,Acme,2026-03-18 10:00,"
        + "2026-03-01 09:00,2026-03-05 09:00,2026-03-18 10:00\n"
        + "2,Mills,Proposal,Sales,50,2026-09-30 10:00,2026-03-01 09:00,Bo,Globex,2026-03-09 10:00,,2026-03-05 09:00,\n"
        + "3,Racks,Appointment Scheduled,Sales,,,2026-03-01 09:00,Bo,,2026-03-01 09:00,,,\n",
    )
    report = store.hubspot(currency="EUR")
    assert (report.opened, report.refused.count) == (3, 0)
    assert store.told("hubspot:1") == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T09:00"),
        ("DealWon", "2026-03-18T10:00"),
    ]
    assert store.deal("hubspot:1", "2026-03-02").life.stage == "appointment-scheduled"
    assert store.deal("hubspot:2").life.stage == "proposal"
    assert store.deal("hubspot:1").life.account_name == "Acme"
    assert store.hubspot(currency="EUR").recorded == 0


def test_a_later_export_adds_what_changed_and_a_new_stage_revises_the_pipeline(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal())
    account.hubspot(currency="EUR")
    account.write("deal_pipeline_stage_data.csv", STAGES + "s9,default,Legal check,2,0.7,false,false\n")
    changed = deal(stage="s9", owner="78", amount="130", changed="2026-04-02 10:00:00")
    account.write("deal_data.csv", DEALS + changed)
    report = account.hubspot(currency="EUR")
    assert (report.recorded, report.corrected) == (4, 0)
    assert account.deals.pipeline("hubspot-default").revision == 2
    assert set(account.told("hubspot:1")[2:]) == {
        ("DealStageChanged", "2026-04-02T10:00"),
        ("DealOwnerAssigned", "2026-04-02T10:00"),
        ("DealAmountRevised", "2026-04-02T10:00"),
    }
    assert account.hubspot(currency="EUR").recorded == 0


def test_a_bad_value_in_the_history_leaves_out_its_row_alone(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal(stage="s2"))
    account.write(
        "deal_property_history_data.csv",
        HISTORY
        + "1,dealstage,2026-03-05 09:00:00,s2\n1,amount,2026-03-06 09:00:00,lots\n"
        + "1,closedate,soon,2026-09-30\n1,amount,,7\n",
    )
    report = account.hubspot(currency="EUR")
    assert [(each.line, each.column, each.value) for each in report.refused] == [
        (3, "value", "lots"),
        (4, "timestamp", "soon"),
        (5, "timestamp", None),
    ]
    assert ("DealStageChanged", "2026-03-05T09:00") in account.told("hubspot:1")


def test_amounts_without_a_currency_are_asked_for_and_a_column_answers(account: CrmDesk) -> None:
    account.write("deal_data.csv", DEALS + deal())
    with pytest.raises(BadInput, match="--currency"):
        account.hubspot()
    header = DEALS.replace("\n", ",property_deal_currency_code\n")
    account.write("deal_data.csv", header + deal().replace("\n", ",cny\n"))
    account.hubspot()
    amount = account.deal("hubspot:1").life.amount
    assert amount is not None
    assert amount.currency == "CNY"
