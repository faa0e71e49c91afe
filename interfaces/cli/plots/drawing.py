"""Draws a plot as SVG with matplotlib: the same bytes for the same plot, and text that stays text."""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from interfaces.cli.plots.plot import Panel, Plot, Series, Tone

COLOURS: dict[Tone, str] = {
    "main": "#0072B2",
    "second": "#E69F00",
    "won": "#009E73",
    "lost": "#D55E00",
    "open": "#56B4E9",
    "muted": "#999999",
}
"""Okabe and Ito's colours, which colour-blind people tell apart (https://jfly.uni-koeln.de/color/)."""

MEASURED_WITH = "DejaVu Sans"
"""The font that matplotlib brings along: the layout is the same on every machine."""
FONTS = (
    "'Helvetica Neue', Arial, 'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', "
    "'Microsoft YaHei', 'WenQuanYi Micro Hei', sans-serif"
)
"""What the picture is shown in: the first of these that has a character. No font file is needed to draw it."""

WIDTH = 9.0
BAR, GAP = 0.24, 0.14
"""Inches of a bar, and between rows."""
ABOVE, BELOW = 0.62, 0.5
"""Inches around the bars of a panel: its title and legend, its axis."""
HEAD, LINE = 0.4, 0.2
"""Inches of the plot's title, and of a line of its caption."""
CAPTION = 140
"""Characters of a line of the caption; a wide one counts twice."""
CELL = 0.082
"""Inches of a character; a wide one takes two."""
ROOM_FOR_WORDS = 1.2
"""How far the axis reaches beyond the longest bar, where words stand."""


def drawn(plot: Plot) -> bytes:
    """The plot as SVG. A plot without panels raises ValueError: there would be nothing to see."""
    if not plot.panels:
        raise ValueError("a plot without panels shows nothing")
    with _quietly(), mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "svg.fonttype": "none",  # text stays text
                "svg.hashsalt": "dealtrail",  # ids are the same every time
                "font.family": MEASURED_WITH,
                "font.size": 9,
                "text.parse_math": False,  # a dollar is a dollar
            }
        )
        figure = _figure(plot)
        written = BytesIO()
        metadata = {"Date": None, "Creator": "dealtrail", "Title": plot.title}
        FigureCanvasSVG(figure).print_figure(written, format="svg", metadata=metadata)
    svg = written.getvalue().decode("utf-8")
    return svg.replace(f"'{MEASURED_WITH}'", FONTS).encode("utf-8")


@contextmanager
def _quietly() -> Iterator[None]:
    """Matplotlib measures Chinese without a font for it, and would say so; whoever looks at the picture has one."""
    log = logging.getLogger("matplotlib")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
            yield
    finally:
        log.setLevel(before)


def _figure(plot: Plot) -> Figure:
    heights = [ABOVE + _bars(panel) + BELOW for panel in plot.panels]
    lines = [line for note in plot.caption for line in _wrapped(note)]
    foot = LINE * len(lines) + 0.15
    height = HEAD + sum(heights) + foot
    figure = Figure(figsize=(WIDTH, height))
    left = min(0.45, max(_inches(row) for panel in plot.panels for row in panel.rows) / WIDTH + 0.02)
    figure.text(0.02, 1 - 0.3 / height, plot.title, fontsize=13, fontweight="bold", va="center")
    top = height - HEAD
    for panel, tall in zip(plot.panels, heights, strict=True):
        bottom = (top - tall + BELOW) / height
        axes = figure.add_axes((left, bottom, 0.96 - left, _bars(panel) / height))
        _draw(axes, panel)
        top -= tall
    for number, line in enumerate(lines):
        y = (foot - LINE * (number + 0.6)) / height
        figure.text(0.02, y, line, fontsize=7.5, color="#555555", va="center")
    return figure


def _bars(panel: Panel) -> float:
    """Inches that the bars of a panel take."""
    in_a_row = 1 if panel.stacked else len(panel.series)
    return len(panel.rows) * (in_a_row * BAR + GAP) + GAP


def _draw(axes: Axes, panel: Panel) -> None:
    in_a_row = 1 if panel.stacked else len(panel.series)
    ends = [0.0] * len(panel.rows)
    for number, each in enumerate(panel.series):
        places = [row * (in_a_row * BAR + GAP) for row in range(len(panel.rows))]
        if panel.stacked:
            _stack(axes, each, places, ends)
        else:
            _beside(axes, each, [place + number * BAR for place in places])
    most = max([*ends, *(value or 0 for each in panel.series for value in each.values)])
    axes.set_xlim(0, most * ROOM_FOR_WORDS)
    row = in_a_row * BAR + GAP
    axes.set_ylim(len(panel.rows) * row - BAR / 2, -BAR / 2 - GAP)
    axes.set_yticks(
        [number * row + (in_a_row - 1) * BAR / 2 for number in range(len(panel.rows))], panel.rows
    )
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=panel.counts and most >= 1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: panel.tick(value)))
    axes.set_xlabel(panel.axis, fontsize=8)
    axes.set_title(panel.title, loc="left", fontsize=10, pad=18 if panel.needs_legend else 6)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if panel.needs_legend:
        axes.legend(
            loc="lower left",
            bbox_to_anchor=(-0.01, 1.0),
            borderaxespad=0.1,
            ncols=len(panel.series),
            fontsize=8,
            frameon=False,
        )


def _beside(axes: Axes, each: Series, places: Sequence[float]) -> None:
    values = [value or 0.0 for value in each.values]
    axes.barh(places, values, height=BAR * 0.9, color=COLOURS[each.tone], label=each.name)
    for place, value, told in zip(places, values, each.told, strict=True):
        axes.annotate(told, (value, place), (3, 0), textcoords="offset points", va="center", fontsize=7.5)


def _stack(axes: Axes, each: Series, places: Sequence[float], ends: list[float]) -> None:
    """The bars begin where those before them end; `ends` goes on with them."""
    values = [value or 0.0 for value in each.values]
    axes.barh(places, values, left=ends, height=BAR * 0.9, color=COLOURS[each.tone], label=each.name)
    for number, (place, told) in enumerate(zip(places, each.told, strict=True)):
        ends[number] += values[number]
        axes.annotate(
            told, (ends[number], place), (3, 0), textcoords="offset points", va="center", fontsize=7.5
        )


def _wrapped(note: str) -> list[str]:
    """The note in lines that fit; Chinese is broken anywhere."""
    lines = Text(note).wrap(Console(width=CAPTION), CAPTION, overflow="fold")
    return [line.plain.rstrip() for line in lines]


def _inches(text: str) -> float:
    return cell_len(text) * CELL
