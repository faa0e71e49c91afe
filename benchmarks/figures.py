"""What a measurement gives: a figure with its spread beside a floor and a goal, and how it is printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal

ROUNDS = 7

Unit = Literal["×", "times", "s", "ms", "MB", "M events/s", "events/s"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the report: all that was measured of one path.

    `floor` must be met and `goal` is what we are out for; both None: a note. `limit` says what stands in the way
    of the goal and is printed where it is not reached.
    """

    path: str
    against: str = ""
    values: Sequence[float]
    unit: Unit
    floor: float | None = None
    goal: float | None = None
    limit: str = ""

    @property
    def value(self) -> float:
        """The median of the rounds."""
        return median(self.values)

    def reaches(self, mark: float | None) -> bool:
        """Whether the figure is at `mark` or better: more for ratios and rates, less for the rest."""
        if mark is None:
            return True
        more = self.unit in ("×", "M events/s", "events/s")
        return self.value >= mark if more else self.value <= mark


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def interleaved(
    plain: Callable[[], float], ours: Callable[[], float], rounds: int = ROUNDS
) -> tuple[list[float], list[float]]:
    """The rates of both, measured in turn after one turn that does not count; every other turn ours is first."""
    plain()
    ours()
    rates: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for place in (0, 1) if turn % 2 else (1, 0):
            rates[place].append((plain, ours)[place]())
    return rates


def ratios(rates: tuple[Sequence[float], Sequence[float]]) -> list[float]:
    """Ours over the other's, turn by turn."""
    return [ours / plain for plain, ours in zip(*rates, strict=True)]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, with a sentence below for each goal that was not reached."""
    lines = [
        "| path | against | median | spread | floor | goal | |",
        "|---|---|---|---|---|---|---|",
        *(_line(figure) for figure in figures),
    ]
    limits = [f"- {figure.path}: {figure.limit}" for figure in figures if not figure.reaches(figure.goal)]
    if limits:
        lines += ["", "What limits those that are not at their goal:", "", *limits]
    return "\n".join(lines)


def _line(figure: Figure) -> str:
    mark = "" if figure.floor is None else "below the floor"
    if figure.reaches(figure.floor) and figure.floor is not None:
        mark = "goal" if figure.reaches(figure.goal) else "floor"
    spread = f"{_told(min(figure.values))}–{_told(max(figure.values))}" if len(figure.values) > 1 else "once"
    cells = (
        figure.path,
        figure.against,
        f"**{_told(figure.value)} {figure.unit}**",
        spread,
        _mark(figure.floor),
        _mark(figure.goal),
        mark,
    )
    return f"| {' | '.join(cells)} |"


def _mark(mark: float | None) -> str:
    return "–" if mark is None else f"{mark:g}"


def _told(value: float) -> str:
    if value >= 1_000:
        return f"{value:,.0f}"
    return (
        f"{value:.0f}"
        if value >= 100
        else f"{value:.1f}"
        if value >= 10
        else f"{value:.2f}"
        if value >= 0.1
        else f"{value:.3f}"
    )
