"""Where there is nothing to tell: every answer says so, and as CSV it still has its columns."""

import csv
import io
from collections.abc import Sequence

import pytest

from interfaces.cli.report import REPORTS
from tests.interfaces.command_line import CommandLine

ANSWERS = [["report", name, *words] for name, _ in REPORTS for words in ([], ["--by", "owner"], ["--deals"])]
ANSWERS += [["pipeline"], ["changes", "2026-01-01", "2026-04-01"], ["deal", "list"]]


@pytest.fixture
def told(run: CommandLine) -> CommandLine:
    """One deal that is won after an offer and a push, so that every answer has a line."""
    by = ("--by", "li.lei")
    deal = run.opened(
        "Pumps",
        "--at",
        "2026-01-05",
        "--amount",
        "900 EUR",
        "--expected-close",
        "2026-02-01",
        "--owner",
        "li.lei",
        "--account",
        "Acme",
    )
    run.well("deal", "touch", deal, "visit", "--at", "2026-01-07", *by)
    run.well("deal", "close-date", deal, "2026-03-01", "--at", "2026-01-20", *by)
    run.well("deal", "stage", deal, "proposal", "--at", "2026-02-01", *by)
    run.well("deal", "offer", deal, "seller", "800 EUR", "--at", "2026-02-02", *by)
    run.well("deal", "accept-offer", deal, "offer-1", "--side", "buyer", "--at", "2026-02-03", *by)
    run.well("deal", "win", deal, "--at", "2026-02-04", *by)
    return run


@pytest.mark.parametrize("words", ANSWERS, ids=" ".join)
def test_csv_of_nothing_has_the_columns_of_csv_of_something(told: CommandLine, words: Sequence[str]) -> None:
    full = _columns(told.well(*words, "-o", "csv").out)
    nothing = _columns(told.well("--store", "memory:", *words, "-o", "csv").out)
    assert nothing
    assert {*_kept(nothing)} <= {*_kept(full)}


def _columns(printed: str) -> list[str]:
    return next(csv.reader(io.StringIO(printed)))


def _kept(columns: Sequence[str]) -> list[str]:
    """What stands in columns, whichever currencies there are, and whether a part of a line is null."""
    return [column if column.startswith("by.") else column.partition(".")[0] for column in columns]
