"""Bars of a table on the command line: a length beside a figure, to an eighth of a character."""

from collections.abc import Iterable
from decimal import Decimal

WIDTH = 20
"""Characters of the longest bar, unless the table has other room."""

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")

Figure = float | Decimal
"""What a bar may show; bool and int are among them."""


def bar(figure: Figure | None, whole: Figure, width: int = WIDTH) -> str:
    """A bar as long as `figure` is of `whole`, `width` characters at most.

    Empty for nothing, for a negative figure and for a whole of nothing; whatever is more than nothing
    shows at least the thinnest line.
    """
    if figure is None or figure <= 0 or whole <= 0:
        return ""
    share = min(float(figure) / float(whole), 1.0)
    eighths = max(1, round(share * width * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8]


def bars(figures: Iterable[Figure | None], width: int = WIDTH) -> list[str]:
    """A bar for each figure, all to one scale: the greatest fills the width."""
    drawn = list(figures)
    most = max((each for each in drawn if each is not None), default=0)
    return [bar(each, most, width) for each in drawn]
