"""The scorecard as a picture: talks and appointments, leads, wins, a row for each person and period."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import caption
from interfaces.cli.plots.groups import group_names
from interfaces.cli.plots.plot import Panel, Plot, Tone, plot, series
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.touchpoints.scorecard_answer import ScorecardAnswer, ScorecardGroup

ROWS = 40
"""A row is a person in a week: there are more of them than groups elsewhere."""
LEVELS: tuple[tuple[str, Tone], ...] = (("mql", "muted"), ("sql", "open"), ("opportunity", "main"))


def scorecard_plot(session: Session, answer: "ScorecardAnswer") -> Plot:
    """Panels with a row for each group."""
    groups = answer.groups[:ROWS]
    rows = group_names(session, [each.by for each in groups])
    notes = caption(session, answer, groups=len(answer.groups), starred=False, drawn=ROWS)
    return plot(session.say("scorecard-drawn"), _panels(session, groups, rows), notes)


def _panels(session: Session, groups: "Sequence[ScorecardGroup]", rows: tuple[str, ...]) -> Iterator[Panel]:
    formats, number = session.formats, session.formats.number
    acts = (
        series(session.say("touchpoints-drawn"), "main", [each.touchpoints for each in groups], number),
        series(session.say("held-drawn"), "won", [each.appointments.held for each in groups], number),
        series(session.say("missed-drawn"), "lost", [each.appointments.missed for each in groups], number),
    )
    yield Panel(session.say("acts-drawn"), session.say("number-drawn"), rows, acts, number)
    leads = tuple(
        series(formats.label("lead_level", level), tone, [each.leads.get(level) for each in groups], number)
        for level, tone in LEVELS
    )
    yield Panel(session.say("leads-drawn"), session.say("number-drawn"), rows, leads, number)
    for currency in sorted({each.currency for group in groups for each in group.won_amounts}):
        values = [_won(group, currency) for group in groups]
        won = series(session.say("won-amount"), "won", values, number)
        yield Panel(f"{session.say('won-amount')} {currency}", currency, rows, (won,), number)


def _won(group: "ScorecardGroup", currency: str) -> float | None:
    held = group.won_amounts
    return next((float(Decimal(each.amount)) for each in held if each.currency == currency), None)
