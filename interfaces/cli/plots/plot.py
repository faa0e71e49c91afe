"""What a picture shows, before anybody has drawn it: panels of bars with all their words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Tone = Literal["main", "second", "won", "lost", "open", "muted"]
"""What a series stands for; the drawing has a colour for each that colour-blind people tell apart."""


@dataclass(frozen=True, slots=True)
class Series:
    """Bars of one kind: a value and the words at its end for each row; None where there is none."""

    name: str
    tone: Tone
    values: tuple[float | None, ...]
    told: tuple[str, ...]

    def only(self, rows: Sequence[int]) -> "Series":
        """Its bars in these rows."""
        return replace(
            self,
            values=tuple(self.values[row] for row in rows),
            told=tuple(self.told[row] for row in rows),
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars over rows, all in one unit, which `axis` names.

    `stacked` bars follow each other in a row, else they stand below each other.
    `tick` writes a number of the axis.
    """

    title: str
    axis: str
    rows: tuple[str, ...]
    series: tuple[Series, ...]
    tick: Callable[[float], str]
    stacked: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no bar to see."""
        return not any(value for each in self.series for value in each.values)

    @property
    def counts(self) -> bool:
        """Whether all values are whole numbers."""
        return all(
            value is None or float(value).is_integer() for each in self.series for value in each.values
        )

    @property
    def needs_legend(self) -> bool:
        """Whether the title does not say already what the bars are."""
        return len(self.series) > 1 or any(each.name not in self.title for each in self.series)

    def filled(self) -> "Panel":
        """The panel without the rows in which nothing has a value."""
        kept = [
            row for row in range(len(self.rows)) if any(each.values[row] is not None for each in self.series)
        ]
        return replace(
            self,
            rows=tuple(self.rows[row] for row in kept),
            series=tuple(each.only(kept) for each in self.series),
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture: its title, its panels from top to bottom, and what must be known to read it."""

    title: str
    panels: tuple[Panel, ...]
    caption: tuple[str, ...]


def plot(title: str, panels: Iterable[Panel], caption: Iterable[str]) -> Plot:
    """A plot without the panels and rows that would show nothing."""
    return Plot(title, tuple(panel.filled() for panel in panels if not panel.is_empty), tuple(caption))


def series(name: str, tone: Tone, values: Sequence[float | None], told: Callable[[float], str]) -> Series:
    """A series whose words are written by `told`."""
    return Series(name, tone, tuple(values), tuple("" if each is None else told(each) for each in values))
