"""Exports of Salesforce, file by file: what each says, later exports, and rows that cannot be held."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.deal.team import AssignOwner
from domain.errors import BadInput, Unavailable
from domain.event import Actor
from engine.ids import deal_id
from interfaces.importing.recording import READY_BATCH
from interfaces.importing.salesforce.ids import full_id
from tests.interfaces.importing.crm_exports import CrmDesk, crm_desk

DEALS = "Id,Name,StageName,Amount,CloseDate,CreatedDate,LastModifiedDate,OwnerId,IsClosed,IsWon\n"
HISTORY = "Id,OpportunityId,StageName,Amount,CloseDate,CreatedDate,CreatedById\n"
FIELDS = "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate,CreatedById\n"
STAGES = (
    "MasterLabel,SortOrder,DefaultProbability,IsClosed,IsWon\n"
    "Offer,2,60,0,0\nLead,1,10,0,0\nWon,3,100,1,1\nLost,4,0,1,0\n"
)

A = "006000000000001AAA"
B = "006000000000002AAA"
DEAL = f"salesforce:{A}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CrmDesk]:
    with crm_desk(tmp_path) as empty:
        empty.write("OpportunityStage.csv", STAGES)
        yield empty


def deal(
    key: str = A,
    stage: str = "Lead",
    *,
    amount: str = "100",
    closes: str = "2026-09-30",
    created: str = "2026-03-01T09:00:00.000Z",
    changed: str = "2026-03-20T10:00:00.000Z",
    owner: str = "005A",
) -> str:
    closed = {"Won": "true,true", "Lost": "true,false"}.get(stage, "false,false")
    return f"{key},Pumps,{stage},{amount},{closes},{created},{changed},{owner},{closed}\n"


def test_an_export_without_history_tells_only_what_its_rows_say(store: CrmDesk) -> None:
    store.write("Opportunities.csv", DEALS + deal() + deal(B, "Won", closes="2026-03-18"))
    report = store.salesforce(currency="EUR")
    assert report.undated == 0
    # Since when it is in its stage nobody says; it was there when it was last changed.
    assert store.told(DEAL) == [("DealOpened", "2026-03-01T09:00"), ("DealStageChanged", "2026-03-20T10:00")]
    assert store.told(f"salesforce:{B}") == [("DealOpened", "2026-03-01T09:00"), ("DealWon", "2026-03-18")]


def test_the_table_of_stages_gives_their_order_and_says_which_are_closed(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.salesforce(currency="EUR")
    assert store.stages("salesforce") == [("lead", 0.1), ("offer", 0.6)]


def test_each_row_of_history_tells_what_is_different(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Offer", amount="150", closes="2026-10-31"))
    store.write(
        "OpportunityHistory.csv",
        HISTORY
        + f"008C,{A},Offer,150,2026-10-31,2026-03-10T09:00:00.000Z,005B\n"
        + f"008B,{A},Offer,100,2026-09-30,2026-03-05T09:00:00.000Z,005A\n"
        + f"008A,{A},Lead,100,2026-09-30,2026-03-01T09:00:00.000Z,005A\n",
    )
    store.write("User.csv", "Id,Name\n005A,Ann\n005B,Bo\n")
    store.salesforce(currency="EUR")
    assert store.told(DEAL) == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T09:00"),
        ("DealAmountRevised", "2026-03-10T09:00"),
        ("DealExpectedCloseMoved", "2026-03-10T09:00"),
    ]
    assert [each.by.id for each in store.story(DEAL)] == ["salesforce", "Ann", "Bo", "Bo"]
    assert store.deal(DEAL).team.owner == "Ann"


def test_a_closed_deal_that_opens_again_is_reopened(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Offer"))
    store.write(
        "OpportunityHistory.csv",
        HISTORY
        + f"008A,{A},Lead,100,2026-09-30,2026-03-01T09:00:00.000Z,005A\n"
        + f"008B,{A},Lost,100,2026-03-05,2026-03-05T09:00:00.000Z,005A\n"
        + f"008C,{A},Offer,100,2026-09-30,2026-03-09T09:00:00.000Z,005A\n",
    )
    report = store.salesforce(currency="EUR")
    assert [each for each, _ in store.told(DEAL)] == ["DealOpened", "DealLost", "DealReopened"]
    assert store.deal(DEAL).life.stage == "offer"
    assert report.contradictions.count == 0


def test_the_close_date_of_a_closed_deal_is_no_expectation(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Won", closes="2026-03-05"))
    store.write(
        "OpportunityHistory.csv",
        HISTORY
        + f"008A,{A},Lead,100,2026-09-30,2026-03-01T09:00:00.000Z,005A\n"
        + f"008B,{A},Won,100,2026-03-05,2026-03-05T09:00:00.000Z,005A\n",
    )
    store.salesforce(currency="EUR")
    assert [each for each, _ in store.told(DEAL)] == ["DealOpened", "DealWon"]


def test_without_rows_of_history_the_history_of_fields_is_told(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Offer", amount="150", owner="005B"))
    store.write(
        "opportunity_field_history.csv",
        FIELDS
        + f"017A,{A},StageName,Lead,Offer,2026-03-05T09:00:00.000Z,005A\n"
        + f"017B,{A},Amount,100.0,150.0,2026-03-06T09:00:00.000Z,005A\n"
        + f"017C,{A},Owner,Ann,Bo,2026-03-07T09:00:00.000Z,005A\n"
        + f"017D,{A},Owner,005A,005B,2026-03-07T09:00:00.000Z,005A\n"
        + f"017E,{A},Fax__c,1,2,2026-03-08T09:00:00.000Z,005A\n",
    )
    store.write("User.csv", "Id,Name\n005A,Ann\n005B,Bo\n")
    store.salesforce(currency="EUR")
    assert store.told(DEAL) == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T09:00"),
        ("DealAmountRevised", "2026-03-06T09:00"),
        ("DealOwnerAssigned", "2026-03-07T09:00"),
    ]
    before = store.deal(DEAL, "2026-03-02")
    assert (before.life.stage, str(before.life.amount and before.life.amount.amount)) == ("lead", "100")
    assert (before.team.owner, store.deal(DEAL).team.owner) == ("Ann", "Bo")


def test_versions_tell_what_changed_between_them(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Lost", closes="2026-03-09"))
    store.write(
        "sf_opportunity_history_data.csv",
        "_fivetran_start,_fivetran_end,id,stage_name,amount,close_date,is_closed,is_won\n"
        f"2026-03-08 00:00:00,9999-12-31 23:59:59,{A},Lost,100,2026-03-09 00:00:00,true,false\n"
        f"2026-03-02 00:00:00,2026-03-07 23:59:59,{A},Lead,100,2026-09-30 00:00:00,false,false\n",
    )
    store.salesforce(currency="EUR")
    assert store.told(DEAL) == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-02T00:00"),
        ("DealLost", "2026-03-08T00:00"),
    ]


def test_reasons_of_a_loss_become_causes_and_the_kind_stays_unknown(store: CrmDesk) -> None:
    header, row = DEALS.replace("\n", ",Loss_Reason__c\n"), deal(stage="Lost", closes="2026-03-18")
    store.write("Opportunity.csv", header + row.replace("\n", ",Price; Bad weather\n"))
    store.salesforce(currency="EUR")
    assert store.data(DEAL, "DealLost") == [
        {
            "kind": "unknown",
            "amount": {"amount": "100", "currency": "EUR"},
            "causes": [
                {"reason": "price", "effect": "blocked"},
                {"reason": "bad-weather", "effect": "blocked", "note": "Bad weather"},
            ],
        }
    ]


def test_the_reason_of_a_loss_stays_when_the_deal_is_won_after_all(store: CrmDesk) -> None:
    header = DEALS.replace("\n", ",Loss_Reason__c\n")
    store.write("Opportunity.csv", header + deal(stage="Lost", closes="2026-03-18").replace("\n", ",Price\n"))
    rows = HISTORY + f"008A,{A},Lost,100,2026-03-18,2026-03-18T09:00:00.000Z,005A\n"
    store.write("OpportunityHistory.csv", rows)
    store.salesforce(currency="EUR")
    later = deal(stage="Won", closes="2026-04-18", changed="2026-04-18T10:00:00.000Z")
    store.write("Opportunity.csv", header + later.replace("\n", ",Price\n"))
    store.write(
        "OpportunityHistory.csv", rows + f"008B,{A},Won,100,2026-04-18,2026-04-18T09:00:00.000Z,005A\n"
    )
    assert store.salesforce(currency="EUR").corrected == 0
    assert [each["reason"] for each in store.data(DEAL, "DealLost")[0]["causes"]] == ["price"]
    assert "causes" not in store.data(DEAL, "DealWon")[0]


def test_contact_roles_are_the_decision_chain(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.write("Account.csv", "Id,Name\n001A,Acme\n")
    store.write(
        "Contact.csv", "Id,FirstName,LastName,Email,Title,AccountId\n003A,Li,Lei,li@acme.example,CFO,001A\n"
    )
    store.write(
        "OpportunityContactRole.csv",
        "Id,OpportunityId,ContactId,Role,CreatedDate\n"
        f"00KA,{A},003A,Economic Decision Maker,2026-03-02T09:00:00.000Z\n"
        f"00KB,{A},003B,,2026-03-03T09:00:00.000Z\n",
    )
    store.salesforce(currency="EUR")
    assert store.data(DEAL, "ContactAdded") == [
        {"contact": "003A", "name": "Li Lei", "title": "CFO", "email": "li@acme.example", "account": "Acme"},
        {"contact": "003B"},
    ]
    assert store.data(DEAL, "ContactAssessed") == [{"contact": "003A", "roles": ["economic-buyer"]}]


TASKS = (
    "Id,WhatId,WhoId,OwnerId,Subject,TaskSubtype,CallType,CallDurationInSeconds,ActivityDate,"
    "IsClosed,CreatedDate,CompletedDateTime\n"
)


def test_calls_are_touchpoints_and_other_tasks_are_tasks(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    created, done = "2026-03-02T09:00:00.000Z", "2026-03-04T10:00:00.000Z"
    store.write(
        "Task.csv",
        TASKS
        + f"00TA,{A},003A,005A,First call,Call,Outbound,600,2026-03-04,true,{created},{done}\n"
        + f"00TB,{A},,005A,Send list,Task,,,2026-03-09,false,{created},\n"
        + f"00TC,{A},,005A,Book room,Task,,,2026-03-05,true,{created},\n"
        + f"00TD,001A,,005A,About an account,Call,,,2026-03-05,true,{created},\n",
    )
    report = store.salesforce(currency="EUR")
    assert report.refused.count == 0
    assert store.data(DEAL, "TouchpointHeld") == [
        {
            "touchpoint": "00TA",
            "kind": "call",
            "direction": "out",
            "contacts": ["003A"],
            "hosts": ["005A"],
            "minutes": 10,
            "summary": "First call",
        }
    ]
    assert store.data(DEAL, "TaskAdded") == [
        {"task": "00TB", "text": "Send list", "due": "2026-03-09", "owner": "005A"},
        {"task": "00TC", "text": "Book room", "due": "2026-03-05", "owner": "005A"},
    ]
    assert ("TaskFinished", "2026-03-05") in store.told(DEAL)


def test_an_entry_of_the_calendar_is_planned_and_held_when_its_time_has_come(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.write(
        "Event.csv",
        "Id,WhatId,OwnerId,Subject,StartDateTime,DurationInMinutes,CreatedDate\n"
        f"00UA,{A},005A,Demo,2026-03-10T09:00:00.000Z,45,2026-03-02T09:00:00.000Z\n"
        f"00UB,{A},005A,Signing,2026-12-24T09:00:00.000Z,45,2026-03-02T09:00:00.000Z\n",
    )
    store.salesforce(currency="EUR")
    assert [each["touchpoint"] for each in store.data(DEAL, "TouchpointPlanned")] == ["00UA", "00UB"]
    assert [each["touchpoint"] for each in store.data(DEAL, "TouchpointHeld")] == ["00UA"]
    store.clock[0] = datetime(2026, 12, 25, tzinfo=UTC)
    assert store.salesforce(currency="EUR").recorded == 1


def test_a_longer_export_adds_what_is_new(store: CrmDesk) -> None:
    first = HISTORY + f"008A,{A},Lead,100,2026-09-30,2026-03-01T09:00:00.000Z,005A\n"
    store.write("Opportunity.csv", DEALS + deal())
    store.write("OpportunityHistory.csv", first)
    store.salesforce(currency="EUR")
    store.write(
        "Opportunity.csv",
        DEALS + deal(stage="Offer", owner="005B", changed="2026-04-02T10:00:00.000Z") + deal(B),
    )
    store.write(
        "OpportunityHistory.csv", first + f"008B,{A},Offer,100,2026-09-30,2026-04-01T09:00:00.000Z,005A\n"
    )
    report = store.salesforce(currency="EUR")
    assert (report.opened, report.corrected, report.undated) == (1, 0, 0)
    assert store.told(DEAL) == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-04-01T09:00"),
        # Nothing dates it; it was so when the opportunity was last changed.
        ("DealOwnerAssigned", "2026-04-02T10:00"),
    ]
    assert store.deal(DEAL, "2026-03-15").team.owner == "005A"
    assert store.salesforce(currency="EUR").recorded == 0


def test_what_was_put_right_after_the_closing_corrects_the_outcome(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Won", closes="2026-03-18"))
    store.salesforce(currency="EUR")
    changed = deal(stage="Won", closes="2026-03-19", amount="120", changed="2026-04-02T10:00:00.000Z")
    store.write("Opportunity.csv", DEALS + changed)
    report = store.salesforce(currency="EUR")
    assert (report.recorded, report.corrected) == (1, 1)
    deal_now = store.deal(DEAL)
    assert str(deal_now.life.amount and deal_now.life.amount.amount) == "120"
    assert deal_now.outcome.closings[0].at.date().isoformat() == "2026-03-19"
    assert store.salesforce(currency="EUR").recorded == 0


def test_what_people_did_here_since_the_export_stays(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.salesforce(currency="EUR")
    store.deals.handle(deal_id("salesforce", A), AssignOwner(owner="cy"), by=Actor(id="ann", kind="human"))
    assert store.salesforce(currency="EUR").recorded == 0
    assert store.deal(DEAL).team.owner == "cy"


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        (deal(B, amount="-5"), "Amount", "negative"),
        (deal(B, amount="1.23456"), "Amount", "four decimals"),
        (deal(B, amount="many"), "Amount", "no number"),
        (deal(B, amount="1" * 13), "Amount", "twelve digits"),
        (deal(B, created="soon"), "CreatedDate", "no date"),
        (deal(B, created="2027-03-01T09:00:00.000Z"), "CreatedDate", "future"),
        (deal(B, created="0026-03-01"), "CreatedDate", "no date"),
        (deal(A), "Id", "line 2"),
        (deal("", stage="Lead"), "Id", "no key"),
        (deal(B).replace("\n", ",more\n"), None, "11 cells"),
    ],
)
def test_a_row_that_cannot_be_held_leaves_out_itself_alone(
    store: CrmDesk, row: str, column: str | None, why: str
) -> None:
    store.write("Opportunity.csv", DEALS + deal() + row)
    checked = store.salesforce(currency="EUR", check=True)
    assert (store.deals.head().position, checked.refused_files) == (0, [])
    report = store.salesforce(currency="EUR")
    (refused,) = report.refused
    assert (refused.file, refused.line, refused.column) == ("Opportunity.csv", 3, column)
    assert why in refused.reason
    assert report.opened == 1
    (left_out,) = report.refused_files
    assert row.strip() in left_out.read_text("utf-8-sig")


def test_what_is_refused_of_a_person_is_not_shown(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.write("Contact.csv", f"Id,LastName\n003A,{'x' * 600}\n")
    store.write("OpportunityContactRole.csv", f"Id,OpportunityId,ContactId\n00KA,{A},003A\n")
    (refused,) = store.salesforce(currency="EUR").refused
    assert (refused.column or "").startswith("data.name")
    assert refused.value is None


def test_a_bad_row_of_history_leaves_the_deal_and_its_other_rows(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(stage="Offer"))
    store.write(
        "OpportunityHistory.csv",
        HISTORY
        + f"008A,{A},Lead,100,2026-09-30,2026-03-01T09:00:00.000Z,005A\n"
        + f"008B,{A},Offer,-1,2026-09-30,2026-03-05T09:00:00.000Z,005A\n"
        + f"008C,{B},Offer,1,2026-09-30,2026-03-05T09:00:00.000Z,005A\n",
    )
    report = store.salesforce(currency="EUR")
    assert [(each.line, each.column) for each in report.refused] == [(3, "Amount"), (4, "OpportunityId")]
    assert [each for each, _ in store.told(DEAL)] == ["DealOpened", "DealStageChanged"]


def test_rows_about_a_deal_that_is_left_out_are_left_out_with_it(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal(amount="-1"))
    store.write("OpportunityHistory.csv", HISTORY + f"008A,{A},Lead,1,,2026-03-01T09:00:00.000Z,005A\n")
    report = store.salesforce(currency="EUR")
    assert [(each.file, each.line) for each in report.refused] == [
        ("Opportunity.csv", 2),
        ("OpportunityHistory.csv", 2),
    ]
    assert report.opened == 0


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "OpportunityHistory.csv",
            HISTORY + '008A,"open\n',
            ["Line 2 of", "OpportunityHistory.csv", "quote"],
        ),
        ("Account.csv", b"Id,Name\n001A,M\xfchle\n", ["Line 2 of", "Account.csv", "UTF-8"]),
        ("OpportunityStage.csv", STAGES.replace("10", "ten"), ["Line 3 of OpportunityStage.csv", "'ten'"]),
        ("Task.csv", "Id,Subject\n", ["Task.csv has no column 'whatid'"]),
        ("Opportunities.csv", DEALS, ["Opportunities.csv and Opportunity.csv", "both"]),
    ],
)
def test_a_file_that_cannot_be_read_records_nothing(
    store: CrmDesk, name: str, text: str | bytes, told: list[str]
) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.write(name, text)
    for check in (True, False):
        with pytest.raises(BadInput) as refused:
            store.salesforce(currency="EUR", check=check)
        for each in told:
            assert each in str(refused.value)
    assert store.deals.head().position == 0


def test_a_folder_without_opportunities_says_what_is_wanted(store: CrmDesk, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no file of opportunities .* there is no file of a known name"):
        store.salesforce()
    with pytest.raises(BadInput, match="is no folder"):
        CrmDesk(store.deals, tmp_path / "nowhere").salesforce()


def test_an_import_that_was_interrupted_is_completed_by_the_next(
    store: CrmDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals = READY_BATCH // 2 + 1  # of two events each: more than one transaction
    rows = [deal(f"006{number:012d}AAA", "Offer") for number in range(deals)]
    store.write("Opportunity.csv", DEALS + "".join(rows))
    append, calls = store.deals.store.append, list[int]()

    def failing(entries: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise Unavailable("the disk is full")
        return append(entries)  # type: ignore[arg-type]

    monkeypatch.setattr(store.deals.store, "append", failing)
    with pytest.raises(Unavailable):
        store.salesforce(currency="EUR")
    assert 0 < store.deals.head().position < 2 * deals + 1
    monkeypatch.undo()
    store.salesforce(currency="EUR")
    assert store.deals.head().position == 2 * deals + 1
    assert store.salesforce(currency="EUR").recorded == 0


def test_an_export_of_closed_deals_alone_needs_no_stages(tmp_path: Path) -> None:
    with crm_desk(tmp_path) as store:
        store.write("Opportunity.csv", DEALS + deal(stage="Won", closes="2026-03-18"))
        assert store.salesforce(currency="EUR").refused.count == 0
        assert store.deal(DEAL).life.pipeline == "standard"
        assert store.salesforce(currency="EUR").recorded == 0


def test_ids_of_fifteen_letters_name_the_same_deals_as_those_of_eighteen(store: CrmDesk) -> None:
    assert full_id("006bm00000LKJNN") == "006bm00000LKJNNAA5"
    assert full_id("006bm00000LKJNa") == "006bm00000LKJNaAAP"
    store.write("Opportunity.csv", DEALS + deal("006bm00000LKJNNAA5"))
    store.write(
        "OpportunityHistory.csv", HISTORY + "008A,006bm00000LKJNN,Lead,1,,2026-03-01T09:00:00.000Z,005A\n"
    )
    assert store.salesforce(currency="EUR").refused.count == 0


def test_two_orgs_are_told_apart_by_their_names(store: CrmDesk) -> None:
    store.write("Opportunity.csv", DEALS + deal())
    store.salesforce(currency="EUR")
    report = store.salesforce(currency="EUR", source="emea")
    assert report.opened == 1
    assert store.is_defined("emea")
    assert store.told(f"emea:{A}") == store.told(DEAL)


def test_a_large_file_is_read_in_bounded_memory(store: CrmDesk) -> None:
    header, wordy = DEALS.replace("\n", ",Description\n"), "x" * 50_000
    rows = (deal(f"006{number:012d}AAA").replace("\n", f",{wordy}\n") for number in range(200))
    assert store.write("Opportunity.csv", header + "".join(rows)).stat().st_size > 10_000_000
    tracemalloc.start()
    try:
        assert store.salesforce(currency="EUR").opened == 200
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
