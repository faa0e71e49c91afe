"""Pictures show the figures of the tables, the same every time, in the reader's language, and never nothing."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from interfaces.cli.main import main
from interfaces.cli.plots.drawing import FONTS, drawn
from interfaces.cli.plots.plot import Panel, Plot, Series, plot, series
from tests.interfaces.command_line import CommandLine


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store: two open deals in two currencies, one won after an offer, one lost and looked at."""
    folder = tmp_path_factory.mktemp("told")

    def tell(*words: str) -> None:
        assert main(["--store", f"sqlite:///{folder}/deals.db", *words]) == 0

    for number, amount in ((1, "800 CNY"), (2, "300 USD"), (3, "500 CNY"), (4, "200 CNY")):
        opening = ("deal", "open", f"Deal {number}", "--owner", "li.lei", "--amount", amount)
        tell(*opening, "--external", f"crm:{number}", *on(number))
    tell("deal", "close-date", "crm:1", "2026-03-20", *on(4))
    tell("deal", "stage", "crm:2", "meeting", *on(10))
    tell("deal", "offer", "crm:3", "seller", "450 CNY", "--list-price", "500 CNY", "--offer", "o-1", *on(11))
    tell("deal", "accept-offer", "crm:3", "o-1", *on(12))
    tell("deal", "win", "crm:3", *on(12))
    tell("deal", "lose", "crm:4", "declined", *on(13))
    tell("deal", "close-date", "crm:1", "2026-05-20", *on(14))
    tell("deal", "next-step", "crm:1", "Call", "--due", "2026-03-20", *on(14))
    tell("deal", "contact", "crm:1", "zhou", "Zhou Qiang", *on(14))
    tell("deal", "assess", "crm:1", "zhou", "--role", "champion", *on(14))
    tell("deal", "touch", "crm:1", "call", "--contact", "zhou", *on(14))
    tell("deal", "causes", "crm:4", "buyer", "--cause", "price", *on(14))
    seen = ("--blocked", "text=Came late,reason=competitor", "--participant", "li.lei")
    tell("deal", "retrospective", "crm:4", *seen, "--action", "action=a-1,text=Ask,due=2026-03-20", *on(14))
    tell("pipeline")
    return folder


def on(day: int) -> tuple[str, ...]:
    return ("--at", f"2026-03-{day:02}T09:00", "--by", "li.lei")


@pytest.fixture
def deals(run: CommandLine, told: Path, tmp_path: Path) -> CommandLine:
    """A command line with that store."""
    copytree(told, tmp_path, dirs_exist_ok=True)
    return run


def texts(file: Path) -> list[str]:
    """The words in a picture: SVG that is well formed, with text that is text."""
    svg = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - drawn a moment ago
    return [each.text or "" for each in svg.iter("{http://www.w3.org/2000/svg}text")]


def test_the_pipeline_is_drawn_with_a_panel_for_each_currency(deals: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "pipeline.svg"
    done = deals.well("pipeline", "--as-of", "2026-03-31", "--svg", file)
    assert "Prospecting" in done.out
    assert str(file) in done.err
    words = texts(file)
    assert "Open pipeline by stage" in words
    assert {"Amount CNY", "Amount USD", "800", "300"} <= set(words)
    assert words[-1] == "As of 31 Mar 2026 23:59 (UTC)."
    # A stage in which there is no dollar has no row of dollars.
    assert words.count("Meeting") == 2


@pytest.mark.parametrize("report", ["winloss", "funnel", "velocity", "discounts"])
def test_a_report_is_drawn_with_its_definition_and_instant(
    deals: CommandLine, tmp_path: Path, report: str
) -> None:
    file = tmp_path / f"{report}.svg"
    deals.well("report", report, "--as-of", "2026-03-31", "--svg", file)
    assert f"As of 31 Mar 2026 23:59 (UTC). Definition: {report}@1." in texts(file)


@pytest.mark.parametrize(
    ("report", "words", "drawn"),
    [
        ("stages", (), {"Days in each stage", "of deals that are in it", "Prospecting"}),
        ("slips", ("--from", "2026-03-05"), {"pushes", "slipped", "All that were expected in the period"}),
        ("causes", (), {"Buyer", "Price"}),
        ("followups", (), {"overdue", "due by 7 Apr 2026", "li.lei", "Champion"}),
        ("retrospectives", (), {"blocked", "Competitor", "overdue"}),
        ("scorecard", ("--per", "month"), {"touchpoints", "li.lei · 2026-03"}),
    ],
)
def test_the_other_reports_are_drawn_too(
    deals: CommandLine, tmp_path: Path, report: str, words: tuple[str, ...], drawn: set[str]
) -> None:
    file, chinese = tmp_path / "report.svg", tmp_path / "报表.svg"
    deals.well("report", report, *words, "--to", "2026-03", "--as-of", "2026-03-31", "--svg", file)
    assert drawn <= {text.split(",")[0] for text in texts(file)}
    asked = (*words, "--as-of", "2026-03-31", "--lang", "zh-CN")
    deals.well("report", report, *asked, "--svg", chinese)
    assert re.search("[一-鿿]", texts(chinese)[0] + texts(chinese)[-1])


def test_a_picture_in_chinese_needs_no_font_and_keeps_its_text(deals: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "漏斗.svg"
    deals.well("report", "funnel", "--as-of", "2026-03-31", "--lang", "zh-CN", "--svg", file)
    words = texts(file)
    assert {"商机走到哪一步", "签单", "丢单", "进行中", "机会"} <= set(words)
    assert FONTS in file.read_text(encoding="utf-8")


def test_the_picture_is_the_same_every_time(deals: CommandLine, tmp_path: Path) -> None:
    first, second = tmp_path / "1.svg", tmp_path / "2.svg"
    for file in (first, second):
        deals.well("pipeline", "--as-of", "2026-03-31", "--svg", file)
    assert first.read_bytes() == second.read_bytes()
    assert not re.search(r"\d{4}-\d{2}-\d{2}T", first.read_text(encoding="utf-8"))


def test_programs_get_their_answer_too(deals: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "winloss.svg"
    done = deals.well("report", "winloss", "-o", "json", "--svg", file)
    assert done.json["definition"] == "winloss@1"
    assert file.exists()


def test_a_picture_of_nothing_is_not_drawn(deals: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "nothing.svg"
    done = deals("pipeline", "--as-of", "2020-01-01", "--svg", file)
    assert done.code == 5
    assert "There is nothing to draw" in done.err
    assert not file.exists()


def test_a_place_that_cannot_be_written_to_is_said(deals: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "no" / "folder.svg"
    done = deals("report", "winloss", "--svg", file)
    assert done.code == 6
    assert f"The picture cannot be written to {file}: No such file or directory." in done.err
    assert deals("report", "winloss", "--svg", tmp_path).code == 6


Make = Callable[..., Panel]


@pytest.fixture
def panel() -> Make:
    def made(*drawn_: Series, stacked: bool = False) -> Panel:
        return Panel("Panel", "days", ("one", "two"), drawn_, str, stacked=stacked)

    return made


def test_what_has_no_value_has_no_row_and_what_shows_nothing_no_panel(panel: Make) -> None:
    half = panel(series("won", "won", (3, None), str), series("lost", "lost", (None, None), str))
    nothing = panel(series("won", "won", (0, None), str))
    made = plot("Plot", (nothing, half), ())
    assert [each.rows for each in made.panels] == [("one",)]
    assert made.panels[0].series[0] == Series("won", "won", (3,), ("3",))


def test_a_plot_without_panels_is_no_picture() -> None:
    with pytest.raises(ValueError, match="nothing"):
        drawn(Plot("Plot", (), ()))


def test_a_dollar_and_an_underscore_are_drawn_as_they_are(panel: Make, tmp_path: Path) -> None:
    file = tmp_path / "plot.svg"
    named = series("cost_in_$", "main", (1, 2), lambda value: f"$ {value} $")
    file.write_bytes(drawn(Plot("<Plot> & $x$", (panel(named),), ("note",))))
    assert {"<Plot> & $x$", "$ 1 $"} <= set(texts(file))


def test_a_long_caption_is_broken_into_lines(panel: Make, tmp_path: Path) -> None:
    file = tmp_path / "plot.svg"
    file.write_bytes(drawn(Plot("Plot", (panel(series("won", "won", (1, 2), str)),), ("条" * 200,))))
    lines = [each for each in texts(file) if each.startswith("条")]
    assert "".join(lines) == "条" * 200
    assert max(map(len, lines)) == 70
