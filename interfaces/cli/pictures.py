"""Bar charts as SVG, drawn by hand: a picture needs no library and opens in any browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from domain.errors import Unavailable
from interfaces.cli.output import plain

LEFT, BAR, RIGHT, LINE, TOP = 190, 420, 190, 28, 56
FILL = "#3b6ea5"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how long it is, and the figure behind it."""

    label: str
    length: float
    figure: str


def draw_bars(path: Path, title: str, subtitle: str, bars: Sequence[Bar]) -> None:
    """Write the bars into an SVG file, the longest over the whole width. Unavailable where that is not possible."""
    longest = max((bar.length for bar in bars), default=0) or 1
    height = TOP + LINE * len(bars) + 12
    width = LEFT + BAR + RIGHT
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" font-family="sans-serif" font-size="13" role="img">'
        ),
        f"<title>{_text(title)}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="12" y="22" font-size="16" font-weight="bold">{_text(title)}</text>',
        f'<text x="12" y="42" fill="#555">{_text(subtitle)}</text>',
    ]
    for place, bar in enumerate(bars):
        y = TOP + LINE * place
        long = BAR * bar.length / longest
        lines += [
            f'<text x="{LEFT - 8}" y="{y + 17}" text-anchor="end">{_text(bar.label)}</text>',
            f'<rect x="{LEFT}" y="{y + 4}" width="{long:.1f}" height="{LINE - 8}" fill="{FILL}"/>',
            f'<text x="{LEFT + long + 6:.1f}" y="{y + 17}">{_text(bar.figure)}</text>',
        ]
    lines.append("</svg>\n")
    try:
        path.write_text("\n".join(lines), "utf-8")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}. Choose another place.") from None


def _text(words: str) -> str:
    return escape(plain(words))
