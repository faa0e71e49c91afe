"""Whatever can happen to a deal can be told on the command line, each command with a verb of its own."""

import pytest

from domain.deal.corrections import CORRECTIONS_COMMANDS
from domain.deal.deciding import DEAL_COMMANDS
from domain.event import Command
from interfaces.cli.verbs import VERBS
from tests.interfaces.command_line import CommandLine

MONEY = {"amount": "820000", "currency": "CNY"}


def test_every_command_has_a_verb() -> None:
    spoken: list[type[Command]] = [verb.command for verb in VERBS]
    assert set(spoken) | set(CORRECTIONS_COMMANDS) == set(DEAL_COMMANDS)
    assert len(spoken) == len(set(spoken))


def test_a_deal_is_opened_with_everything_that_is_known_of_it(run: CommandLine) -> None:
    done = run.well(
        "deal", "open", "Warehouse lighting", "--owner", "li.lei", "--account", "acme",
        "--account-name", "Acme Ltd", "--amount", "820,000 CNY", "--expected-close", "2026-06-30",
        "--lead-source", "referral", "--segment", "region=East China", "--segment", "team=华东",
        "--external", "crm:D-17", "--at", "2026-03-01", "--by", "han.meimei", "-o", "json",
    )  # fmt: skip
    (opened,) = done.json
    assert opened["data"] == {
        "title": "Warehouse lighting",
        "account": "acme",
        "account_name": "Acme Ltd",
        "owner": "li.lei",
        "pipeline": "standard",
        "stage": "prospecting",
        "amount": MONEY,
        "expected_close": "2026-06-30",
        "lead_source": "referral",
        "segment": {"region": "East China", "team": "华东"},
        "external": {"source": "crm", "key": "D-17"},
        "pipeline_revision": 1,
    }
    assert (opened["by"], opened["channel"]) == ({"id": "han.meimei", "kind": "human"}, "cli")
    assert (opened["occurred_at"], opened["precision"]) == ("2026-03-01T00:00:00Z", "day")


EACH_VERB = (
    (["stage", "qualification", "--reason", "budget-ok"], "DealStageChanged", {"to_stage": "qualification"}),
    (["move-pipeline", "process", "quotation"], "DealPipelineChanged", {"to_stage": "quotation"}),
    (["amount", "900000 CNY", "--reason", "scope"], "DealAmountRevised", {"amount": {**MONEY, "amount": "900000"}}),
    (["amount", "--clear", "amount"], "DealAmountRevised", {"amount": None}),
    (["close-date", "2026-09-30"], "DealExpectedCloseMoved", {"expected_close": "2026-09-30"}),
    (["close-date", "--clear", "expected-close"], "DealExpectedCloseMoved", {"expected_close": None}),
    (["owner", "wang.fang"], "DealOwnerAssigned", {"owner": "wang.fang", "previous": "li.lei"}),
    (["owner", "--clear", "owner"], "DealOwnerAssigned", {"owner": None}),
    (["teammate", "zhao.ming", "presales"], "DealTeammateAssigned", {"person": "zhao.ming", "duty": "presales"}),
    (["details", "--title", "Lighting", "--segment", "region="], "DealDetailsChanged",
     {"title": "Lighting", "segment": {"region": None}}),
    (["details", "--clear", "lead-source"], "DealDetailsChanged", {"lead_source": None}),
    (["criterion", "budget", "confirmed", "--amount", "1000000", "--currency", "cny"], "DealCriterionAnswered",
     {"criterion": "budget", "answer": "confirmed", "amount": {"amount": "1000000", "currency": "CNY"}}),
    (["accept-lead", "sql", "--score", "72.5"], "DealLeadAccepted", {"level": "sql", "score": 72.5}),
    (["score", "64", "--factor", "reach,20", "--factor", "fit,value=44"], "DealScored",
     {"score": 64.0, "factors": [{"factor": "reach", "value": 20.0}, {"factor": "fit", "value": 44.0}]}),
    (["forecast", "commit", "--amount", "CNY 800000"], "DealForecastSet",
     {"category": "commit", "amount": {**MONEY, "amount": "800000"}}),
    (["competitor", "Polaris", "--standing", "ahead"], "DealCompetitorNoted",
     {"competitor": "Polaris", "standing": "ahead"}),
    (["buyer-stage", "intent", "--evidence", "1"], "DealBuyerStageNoted", {"stage": "intent", "evidence": [1]}),
    (["signal", "pricing-visit"], "DealSignalNoted", {"signal": "pricing-visit"}),
    (["next-step", "Call the buyer", "--due", "2026-12-24"], "DealNextStepSet",
     {"text": "Call the buyer", "due": "2026-12-24"}),
    (["pause", "budget-freeze", "--until", "2027-01-31"], "DealPaused",
     {"reason": "budget-freeze", "until": "2027-01-31"}),
    (["note", "They asked for references"], "DealNoteAdded", {"text": "They asked for references"}),
    (["win", "--amount", "815000 CNY", "--cause", "trust,pushed,weight=0.6"], "DealWon",
     {"amount": {**MONEY, "amount": "815000"}, "causes": [{"reason": "trust", "effect": "pushed", "weight": 0.6}]}),
    (["win"], "DealWon", {"amount": MONEY}),
    (["lose", "competitor", "--competitor", "Polaris", "--cause",
      '{"reason": "price", "note": "too dear, they said"}'], "DealLost",
     {"kind": "competitor", "competitor": "Polaris",
      "causes": [{"reason": "price", "note": "too dear, they said"}]}),
    (["discard", "by-mistake"], "DealDiscarded", {"reason": "by-mistake"}),
)  # fmt: skip


@pytest.mark.parametrize(("words", "type_name", "data"), EACH_VERB, ids=lambda each: str(each)[:40])
def test_a_verb_records_what_its_words_say(
    run: CommandLine, words: list[str], type_name: str, data: dict[str, object]
) -> None:
    deal = run.opened(
        "Lighting (old)", "--owner", "li.lei", "--amount", "820000 CNY", "--expected-close", "2026-06-30",
        "--segment", "region=East", "--lead-source", "referral",
    )  # fmt: skip
    verb, *rest = words
    (event,) = run.well("deal", verb, deal, *rest, "-o", "json").json
    assert (event["type"], event["version"]) == (type_name, 2)
    assert {name: event["data"].get(name) for name in data} == data


def test_what_follows_another_event_has_verbs_too(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    for words in (
        ["teammate", deal, "zhao.ming", "presales"],
        ["release", deal, "zhao.ming", "presales"],
        ["pause", deal, "budget-freeze"],
        ["resume", deal],
        ["lose", deal, "no-decision"],
        [
            "causes",
            deal,
            "buyer",
            "--cause",
            "champion-left",
            "--cause",
            "no-follow-up",
            "--confidence",
            "0.8",
        ],
        ["reopen", deal, "new-budget", "--stage", "proposal"],
    ):
        run.well("deal", *words)
    log = run.well("deal", "log", deal, "-o", "ndjson").lines
    assert [each["type"] for each in log[1:]] == [
        "DealTeammateAssigned", "DealTeammateReleased", "DealPaused", "DealResumed", "DealLost",
        "CausesRecorded", "DealReopened",
    ]  # fmt: skip
    assert log[6]["data"]["causes"] == [{"reason": "champion-left"}, {"reason": "no-follow-up"}]


def test_an_amount_without_a_currency_is_in_that_of_the_deals_amount(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei", "--amount", "820000 CNY")
    (event,) = run.well("deal", "amount", deal, "900,000.50", "-o", "json").json
    assert event["data"]["amount"] == {"amount": "900000.50", "currency": "CNY"}


def test_a_deal_may_follow_another(run: CommandLine) -> None:
    first = run.opened("First order", "--owner", "li.lei", "--external", "crm:D-1")
    second = run.opened("Second order", "--owner", "li.lei", "--follows", "crm:D-1,repurchase")
    (opened,) = run.well("deal", "log", second, "-o", "json").json
    assert opened["data"]["follows"] == {"deal": first, "kind": "repurchase"}


def test_a_rule_is_set_aside_with_a_reason(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    words = ["deal", "stage", deal, "proposal", "--override", "skip,agreed,note=by phone", "-o", "json"]
    (event,) = run.well(*words).json
    assert event["data"]["override"] == {"rule": "skip", "reason": "agreed", "note": "by phone"}


def test_a_new_deal_takes_the_id_that_it_is_given(run: CommandLine) -> None:
    given = "0198c1f2-0000-7000-8000-000000000001"
    assert run.opened("Lighting", "--owner", "li.lei", "--id", given) == given
    assert run("deal", "open", "Lighting", "--owner", "li.lei", "--id", "mine").code == 2


def test_what_was_recorded_is_told_in_words(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei", "--amount", "820000 CNY")
    told = run.well("deal", "amount", deal, "815000.5 CNY", "--note", "rounded").out
    assert f"Recorded in Lighting ({deal}), now at version 2:" in told
    assert "Amount revised: CN¥820,000.00 → CN¥815,000.50" in told
    assert "Note: rounded" in told


def test_what_is_so_already_is_not_recorded_again(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    assert run.well("deal", "owner", deal, "li.lei").out == "It is so already: nothing was recorded.\n"
    assert run.well("deal", "owner", deal, "li.lei", "-o", "json").json == []


def test_a_command_that_is_sent_twice_is_recorded_once_and_answered_twice(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    words = ["deal", "note", deal, "They called", "--command-id", "n-1", "-o", "json"]
    first = run.well(*words)
    assert run.well(*words).json == first.json
    assert len(run.well("deal", "log", deal, "-o", "ndjson").lines) == 2
    other = run("deal", "note", deal, "Something else", "--command-id", "n-1")
    assert (other.code, other.out) == (4, "")
    assert "n-1" in other.err


def test_a_command_that_expects_another_version_is_refused(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    late = run("deal", "note", deal, "Too late", "--expect-version", "0")
    assert (late.code, late.out) == (4, "")
    assert run.well("deal", "note", deal, "In time", "--expect-version", "1").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["amount", "lots"], "'lots' is no amount"),
        (["amount", "--", "-5 CNY"], "AMOUNT"),
        (["amount", "1.00005 CNY"], "AMOUNT"),
        (["win", "--amount", "5"], "has no currency"),
        (["amount"], "missing"),
        (["amount", "--clear", "title"], "'title' is none of amount"),
        (["close-date", "soon"], "'soon' is no time"),
        (["close-date", "2026-06"], "no day"),
        (["lose", "gone"], "KIND"),
        (["lose", "competitor", "--cause", "price,blocked,0.5,a,b,c"], "more parts"),
        (["details"], "name at least one detail"),
        (["details", "--segment", "East"], "NAME=VALUE"),
        (["score", "101"], "SCORE"),
        (["note", "x", "--at", "2026-06"], "longer than a day"),
        (["note", "x", "--by", " "], "--by"),
        (["win", "--cause", '{"reason": '], "JSON"),
        (["note", "x", "--evidence", "1"], "--evidence"),
    ],
)
def test_words_that_say_nothing_are_a_usage_error_that_names_the_option(
    run: CommandLine, words: list[str], said: str
) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    verb, *rest = words
    done = run("deal", verb, deal, *rest)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_without_a_name_the_user_of_the_computer_did_it(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "han.meimei")
    done = run.well("deal", "open", "Lighting", "--owner", "li.lei", "-o", "json")
    assert done.json[0]["by"]["id"] == "han.meimei"
