"""The worked example of docs/concepts.md is told to a store, and the command line gives the page's answers."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.deal.corrections import CorrectEvent, Replacement
from domain.deal.deciding import DealCommand
from domain.deal.life import ChangeStage, OpenDeal, ReviseAmount
from domain.deal.outcome import WinDeal
from domain.event import Actor
from domain.values import Money
from engine.deals import Deals
from engine.ids import new_id
from engine.settings import Settings
from interfaces.cli.main import main


def cny(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=UTC)


CORRECTED = Replacement(data={"amount": {"amount": "85000", "currency": "CNY"}})
STORY: Sequence[tuple[DealCommand, datetime, datetime]] = (
    (OpenDeal(title="Warehouse lighting", owner="li.lei", amount=cny(80_000)), on(3, 3), on(3, 3)),
    (ChangeStage(to_stage="proposal"), on(3, 10), on(3, 10)),
    (ReviseAmount(amount=cny(60_000)), on(3, 20), on(4, 2)),
    (WinDeal(amount=cny(58_000)), on(4, 8), on(4, 8)),
    (CorrectEvent(corrects=4, replacement=CORRECTED, reason="other"), on(4, 9), on(4, 9)),
)
"""What is ordered, when it happened, and when it is recorded."""


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "concepts.md").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path) -> str:
    """The store that the example was told to, day by day."""
    url = f"sqlite:///{tmp_path}/deals.db"
    days = [recorded for _, _, recorded in STORY]
    today = days[0]
    with Deals(Settings(store=url), clock=lambda: today) as deals:
        deal = new_id()
        for command, happened, recorded in STORY:
            today = recorded
            deals.handle(deal, command, by=Actor(id="li.lei"), at=happened)
    return url


class Asking:
    """What the command line answers about the store, as JSON."""

    def __init__(self, store: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._store = store
        self._capsys = capsys

    def __call__(self, *words: str) -> dict[str, Any]:
        assert main(["--store", self._store, *words, "-o", "json"]) == 0
        answer: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return answer


@pytest.fixture
def ask(store: str, capsys: pytest.CaptureFixture[str]) -> Asking:
    return Asking(store, capsys)


def test_each_question_has_the_answer_that_the_page_gives(page: str, ask: Asking) -> None:
    told = re.findall(r"^\| `(--as-of [^`]+)` \| (.+) \|$", page, re.MULTILINE)
    assert len(told) == 4
    assert [(question, in_words(ask("pipeline", *question.split()))) for question, _ in told] == told


def test_the_waterfall_is_the_one_on_the_page(page: str, ask: Asking) -> None:
    header, *rows = [line.strip("| ").split("|") for line in waterfall_of(page).splitlines()]
    assert [cell.strip() for cell in header] == ["28 Feb → 31 March", "31 March → 30 April"]
    columns = [
        ask("changes", "2026-02-28", "2026-03-31")["currencies"][0],
        ask("changes", "2026-03-31", "2026-04-30")["currencies"][0],
    ]
    told = {name: [number(cell) for cell in cells] for name, *cells in cleaned(rows)}
    assert told == {
        name: [moved.get(name, 0) for moved in map(movements, columns)]
        for name in ("start", "new", "increased", "decreased", "won", "end")
    }


def test_as_reported_starts_from_what_was_believed(page: str, ask: Asking) -> None:
    assert "With `--as-reported` April starts at 80,000" in page
    assert "`restated` carries −20,000" in page
    april = ask("changes", "2026-03-31", "2026-04-30", "--as-reported")["currencies"][0]
    moved = movements(april)
    assert (moved["start"], moved["restated"]) == (80_000, -20_000)


def in_words(answer: dict[str, Any]) -> str:
    """The pipeline of the one deal, said as the page says it."""
    if answer["won"]["deals"]:
        return f"won, {amount(answer['won'])}"
    (stage,) = answer["stages"]
    return f"open in *{stage['stage']}*, {amount(stage)}"


def amount(figures: dict[str, Any]) -> str:
    (money,) = figures["amounts"]
    return f"{int(money['amount']):,}"


def movements(currency: dict[str, Any]) -> dict[str, int]:
    ends = {"start": int(currency["start"]), "end": int(currency["end"])}
    return ends | {each["bucket"]: int(each["amount"]) for each in currency["buckets"]}


def waterfall_of(page: str) -> str:
    section = page.split("## The waterfall")[1]
    lines = [line for line in section.splitlines() if line.startswith("|") and not line.startswith("|-")]
    return "\n".join(lines)


def cleaned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells without the signs that set them off; a row's trailing blank cell is kept."""
    return [[cell.strip(" *`") for cell in [*row, ""][:3]] for row in rows]


def number(cell: str) -> int:
    return int(cell.replace(",", "").replace("−", "-")) if cell else 0
