"""What was recorded wrongly is put right from the command line, and the trail shows both."""

import pytest

from tests.interfaces.command_line import CommandLine


@pytest.fixture
def deal(run: CommandLine) -> str:
    """Opened on 3 March at 80,000; won on 8 April at 58,000, which was a slip of the keys."""
    deal = run.opened("Lighting", "--owner", "li.lei", "--amount", "80000 CNY", "--at", "2026-03-03")
    run.well("deal", "win", deal, "--amount", "58000 CNY", "--at", "2026-04-08", "--by", "li.lei")
    return deal


def _last(run: CommandLine, deal: str) -> dict[str, object]:
    last: dict[str, object] = run.well("deal", "log", deal, "-o", "ndjson").lines[-1]
    return last


def test_a_field_is_set_and_the_rest_stays(run: CommandLine, deal: str) -> None:
    run.well(
        "deal", "correct", deal, 2, "--set", "amount=85000 CNY", "--note", "a slip", "--by", "han.meimei"
    )
    assert _last(run, deal)["data"] == {
        "corrects": 2,
        "replacement": {"data": {"amount": {"amount": "85000", "currency": "CNY"}}},
        "reason": "by-mistake",
        "note": "a slip",
        "type": "DealWon",
    }
    shown = run.well("deal", "show", deal, "-o", "json").json
    assert shown["fields"]["amount"] == {"amount": "85000", "currency": "CNY"}


def test_a_time_is_put_right_to_a_day_or_an_instant(run: CommandLine, deal: str) -> None:
    run.well("deal", "correct", deal, 2, "--at", "2026-04-07")
    replacement = _last(run, deal)["data"]["replacement"]  # type: ignore[index]
    assert (replacement["occurred_at"], replacement["precision"]) == ("2026-04-07T00:00:00Z", "day")


def test_a_second_correction_keeps_what_the_first_put_right(run: CommandLine, deal: str) -> None:
    run.well("deal", "correct", deal, 2, "--set", "amount=85000 CNY", "--at", "2026-04-07")
    run.well("deal", "correct", deal, 2, "--set", "cause=price", "--set", "cause=trust,pushed")
    replacement = _last(run, deal)["data"]["replacement"]  # type: ignore[index]
    assert replacement["data"] == {
        "amount": {"amount": "85000", "currency": "CNY"},
        "causes": [{"reason": "price"}, {"reason": "trust", "effect": "pushed"}],
    }
    assert replacement["occurred_at"] == "2026-04-07T00:00:00Z"


def test_a_win_becomes_a_loss(run: CommandLine, deal: str) -> None:
    run.well("deal", "correct", deal, 2, "--becomes", "DealLost", "--set", "kind=declined")
    assert run.well("deal", "show", deal, "-o", "json").json["fields"]["outcome"] == "lost"


def test_a_field_that_should_not_be_there_is_left_out(run: CommandLine, deal: str) -> None:
    run.well("deal", "correct", deal, 1, "--clear", "amount")
    replacement = _last(run, deal)["data"]["replacement"]  # type: ignore[index]
    assert "amount" not in replacement["data"]


def test_an_event_that_never_happened_is_taken_back(run: CommandLine, deal: str) -> None:
    run.well("deal", "retract", deal, 2, "--reason", "duplicate")
    assert run.well("deal", "show", deal, "-o", "json").json["fields"]["outcome"] == "open"


def test_the_trail_shows_what_was_corrected_when_and_what_stood_there_first(
    run: CommandLine, deal: str
) -> None:
    run.well("deal", "note", deal, "Wrong deal", "--by", "li.lei", "--at", "2026-04-09")
    run.well(
        "deal", "correct", deal, 2, "--set", "amount=85000 CNY", "--note", "a slip", "--by", "han.meimei"
    )
    run.well("deal", "retract", deal, 3, "--by", "han.meimei")
    told = run.well("deal", "log", deal).out
    assert "Amount: CN¥80,000.00 → CN¥85,000.00" in told
    assert "by han.meimei: by mistake – a slip (event 4)" in told
    assert "first recorded as: 8 Apr 2026, Amount won: CN¥58,000.00" in told
    assert "taken back on" in told
    chinese = run.well("deal", "log", deal, "--lang", "zh-CN").out
    assert "更正：" in chinese
    assert "最初记录为：2026年4月8日，签单金额：¥58,000.00" in chinese
    assert "撤销：" in chinese


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["correct", "2", "--set", "amount"], 2, "FIELD=VALUE"),
        (["correct", "2", "--set", "price=1 CNY"], 2, "'price' is none of amount"),
        (["correct", "2", "--set", "amount=much"], 2, "no amount"),
        (["correct", "2", "--becomes", "DealGone"], 2, "no type of event"),
        (["correct", "2", "--becomes", "DealNoteAdded", "--set", "text=x"], 5, "cannot become"),
        (["correct", "9"], 5, "no event 9"),
        (["retract", "9"], 5, "no event 9"),
        (["retract", "1"], 5, "never retracted"),
    ],
)
def test_what_cannot_be_corrected_is_refused_with_the_reason(
    run: CommandLine, deal: str, words: list[str], code: int, said: str
) -> None:
    verb, *rest = words
    done = run("deal", verb, deal, *rest)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
