"""Tables give way where texts are long and never where figures are; progress is told to whoever waits."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from rich.cells import cell_len

from domain.values import Cause, External, Follows, Labels, Money, Sealed, Terms
from interfaces.cli.fields import NotUnderstood, Reading, read
from interfaces.cli.formats import Formats
from interfaces.cli.grid import BETWEEN, Column, table
from interfaces.cli.output import show, write
from interfaces.cli.progress import Progress

ENGLISH, CHINESE = Formats("en", UTC), Formats("zh-CN", UTC)
COLUMNS = [Column("Deal", whole=True), Column("Title"), Column("Amount", right=True)]
ROWS = [("crm:D-1", "灯" * 40, "820,000.00"), ("crm:D-2222", "A long title of several words", "1.00")]


@pytest.mark.parametrize("room", [20, 60, 80, 1000])
def test_texts_give_way_and_figures_do_not(room: int) -> None:
    ids, titles, amounts = table(COLUMNS, ROWS).widths(room)
    assert (ids, amounts) == (len("crm:D-2222"), len("820,000.00"))
    assert titles == max(16, min(80, room - ids - amounts - 3 * BETWEEN))


def test_headings_of_figures_are_broken_before_a_text_gives_way() -> None:
    grid = table([Column("Title"), Column("Days to win", right=True)], [("a title of many words", "7.5")])
    assert grid.widths(1000) == [21, 11]
    assert grid.widths(32) == [21, 5]
    assert grid.widths(26) == [16, 4]


def test_a_bar_is_left_out_where_there_is_no_room_for_it() -> None:
    grid = table(
        [Column("Stage"), Column("Deals", right=True), Column("", spare=True)], [("won", "3", "█" * 20)]
    )
    assert grid.widths(40) == [5, 5, 20]
    assert grid.widths(36) == [5, 5, 0]


def test_columns_stand_closer_where_figures_would_run_over_the_edge(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "26")
    show(table([Column(name, right=True) for name in "abcd"], [["1,000"] * 4]))
    assert " 1,000  1,000  1,000  1,000" in capsys.readouterr().out


def test_lines_of_a_table_are_equally_wide(capsys: pytest.CaptureFixture[str]) -> None:
    show(table(COLUMNS, [*ROWS, None, ("", "总计", "3")], title="标题"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "标题"
    assert len({cell_len(line) for line in lines[1:]}) == 1


def test_nothing_is_cut_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show(table([Column("Text")], [("x" * 5000,)]), "y" * 5000)
    out = capsys.readouterr().out
    assert "x" * 5000 in out
    assert "y" * 5000 in out


def test_nested_figures_have_columns_of_their_own_in_csv(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        {"by": {"owner": "li, lei"}, "won": [{"amount": "1", "currency": "CNY"}], "tags": ["a", "b"]},
        {"by": {"owner": None}, "won": [], "lines": [{"a": 1}], "rate": [{"rate": 0.5, "currency": "USD"}]},
    ]
    write("csv", lines, lines)
    assert capsys.readouterr().out.splitlines() == [
        "by.owner,won.CNY,tags,won,lines,rate.USD",
        '"li, lei",1,a b,,,',
        ',,,,"[{""a"": 1}]",0.5',
    ]
    write("csv", [], [])
    assert capsys.readouterr().out == ""


class Line(BaseModel):
    """What a list is made of."""

    deal: str
    amount: Money | None
    closed: date | None
    segments: dict[str, str]
    sums: tuple[Money, ...]
    idle: int | None = None


def test_csv_without_a_line_has_the_columns_that_each_line_would_have(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write("csv", [], [], shape=Line)
    assert capsys.readouterr().out == "deal,amount.amount,amount.currency,closed\n"
    one = Line(
        deal="D",
        amount=Money(amount=Decimal(1), currency="CNY"),
        closed=None,
        segments={},
        sums=(),
        idle=None,
    )
    lines = [one.model_dump(mode="json", exclude={"segments", "sums", "idle"})]
    write("csv", lines, lines, shape=Line)
    assert capsys.readouterr().out.splitlines() == ["deal,amount.amount,amount.currency,closed", "D,1,CNY,"]
    for output in ("json", "ndjson"):
        write(output, [], [], shape=Line)
    assert capsys.readouterr().out == "[]\n"


def test_values_are_told_as_people_write_them() -> None:
    money = Money(amount=Decimal("-0") + Decimal("820000.1234"), currency="CNY")
    assert (ENGLISH.money(money), CHINESE.money(money)) == ("CN¥820,000.1234", "¥820,000.1234")
    assert (ENGLISH.day(date(2026, 4, 1)), CHINESE.day(date(2026, 4, 1))) == ("1 Apr 2026", "2026年4月1日")
    assert ENGLISH.share(0.619048) == "61.9%"
    assert ENGLISH.value("", "x", None) == "–"
    assert (ENGLISH.value("", "granted", True), CHINESE.value("", "granted", False)) == ("yes", "否")
    assert CHINESE.value("", "labels", Labels(en="Loan", zh_cn="贷款")) == "贷款"
    assert ENGLISH.value("ContactAdded", "name", Sealed(sealed="k", bytes="b")) == "Sealed"
    assert ENGLISH.value("", "planned_for", datetime(2026, 4, 1, 9, 30, tzinfo=UTC)) == "1 Apr 2026 09:30"
    assert ENGLISH.value("", "causes", (Cause(reason="price", weight=0.6),)) == "Price (Weight 60.0%)"
    assert (
        ENGLISH.value("OfferMade", "terms", Terms(payment="cash", scope="all")) == "Payment cash, Scope all"
    )


@pytest.mark.parametrize(
    ("kind", "word", "value"),
    [
        (bool, "yes", True),
        (bool, "No", False),
        (date, "2026-04-01", date(2026, 4, 1)),
        (datetime, "2026-04-01T09:30:00+00:00", datetime(2026, 4, 1, 9, 30, tzinfo=UTC)),
        (External, "crm:D-1", {"source": "crm", "key": "D-1"}),
        (Follows, "crm:D-1,renewal", {"deal": "crm:D-1", "kind": "renewal"}),
        (
            Cause,
            "price,weight=0.6,evidence=3+5",
            {"reason": "price", "weight": "0.6", "evidence": ("3", "5")},
        ),
        (Money, "820 000", {"amount": "820000", "currency": "CNY"}),
    ],
)
def test_words_are_read_by_the_type_of_their_field(kind: type, word: str, value: object) -> None:
    assert read(kind, word, READING) == value


@pytest.mark.parametrize(("kind", "word"), [(bool, "maybe"), (External, "D-1"), (Money, "CNY 5 CNY")])
def test_words_of_another_type_are_refused(kind: type, word: str) -> None:
    with pytest.raises(NotUnderstood, match=word):
        read(kind, word, READING)


@given(st.text(max_size=40))
def test_any_word_for_money_is_read_or_refused(word: str) -> None:
    try:
        money = read(Money, word, READING)
    except NotUnderstood:
        return
    assert json.dumps(money)


@given(st.text(max_size=60))
def test_any_word_for_a_cause_is_read_or_refused(word: str) -> None:
    try:
        read(Cause, word, READING)
    except NotUnderstood:
        return


READING = Reading(date.fromisoformat, datetime.fromisoformat, str, lambda: "CNY")


def ticking() -> Callable[[], float]:
    """A clock on which two seconds go by with every look at it."""
    seconds = count(step=2)
    return lambda: float(next(seconds))


def test_what_is_quick_shows_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("Reading") as progress:
        progress("deals", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_what_takes_long_is_told_in_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("Reading", ticking()) as progress:
        for done in range(6):
            progress("deals", done, 10)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0] == "Reading: deals 0%"
    assert len(said.err.splitlines()) < 6


def test_on_a_terminal_a_bar_is_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("Reading", ticking()) as progress:
        progress("deals", 5, 10)
    assert "Reading: deals" in capsys.readouterr().err
