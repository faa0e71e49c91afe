"""Cycle times as a picture: days to win and to lose, what is won a day, and what follows a win."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.groups import group_names
from interfaces.cli.plots.plot import Panel, Plot, Series, Tone, plot, series
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.cycle import Spread
    from projections.stages.after_win import Step
    from projections.stages.velocity_answer import VelocityAnswer, VelocityGroup

STEPS: "tuple[tuple[Step, Tone], ...]" = (("contract", "main"), ("delivery", "second"), ("paid", "won"))
"""The steps after a win, each with its colour."""


def velocity_plot(session: Session, answer: "VelocityAnswer") -> Plot:
    """Panels with a row for each group."""
    groups, marks = answer.groups[:GROUPS_DRAWN], Marks(session.formats, answer.floor)
    panels = list(_panels(session, groups, group_names(session, [each.by for each in groups]), marks))
    notes = caption(session, answer, groups=len(answer.groups), starred=marks.any)
    return plot(session.say("velocity-drawn"), panels, notes)


def _panels(
    session: Session, groups: "Sequence[VelocityGroup]", rows: tuple[str, ...], marks: Marks
) -> Iterator[Panel]:
    formats, days = session.formats, session.say("median-days-drawn")
    cycles = (
        _spreads(session.say("won"), "won", [each.cycle_days.won for each in groups], marks),
        _spreads(session.say("lost"), "lost", [each.cycle_days.lost for each in groups], marks),
    )
    yield Panel(session.say("cycle-drawn"), days, rows, cycles, formats.number)
    for currency in sorted({sum_.currency for each in groups for sum_ in each.sales_velocity.per_day}):
        values = [_per_day(each, currency) for each in groups]
        won = series(session.say("per-day-drawn"), "main", values, formats.number)
        yield Panel(session.say("per-day-drawn"), currency, rows, (won,), formats.number)
    steps = tuple(
        _spreads(
            session.say(f"step-{step}-drawn"), tone, [each.after_win[step].days for each in groups], marks
        )
        for step, tone in STEPS
    )
    yield Panel(session.say("after-win-drawn"), days, rows, steps, formats.number)


def _spreads(name: str, tone: Tone, spreads: "Sequence[Spread]", marks: Marks) -> Series:
    """Medians, each with a star where too few deals are behind it."""
    told = tuple("" if each.median is None else marks.median(each) for each in spreads)
    return Series(name, tone, tuple(each.median for each in spreads), told)


def _per_day(group: "VelocityGroup", currency: str) -> float | None:
    held = group.sales_velocity.per_day
    return next((float(Decimal(each.amount)) for each in held if each.currency == currency), None)
