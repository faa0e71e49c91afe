"""Causes as a picture: who names which reason, and how the win rate goes with each factor."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.cli.autopsy_page import teller
from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.plot import Panel, Plot, Series, Tone, plot, series
from interfaces.cli.reports.dimensions import named
from interfaces.cli.reports.drivers_table import factor_name
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.causes.causes_answer import CausesAnswer, CausesGroup

REASONS, FACTORS = 10, 15
"""Rows of a panel: the reasons that are named most, the factors that come first."""
TONES: tuple[Tone, ...] = ("main", "second", "won", "lost", "open", "muted")


def causes_plot(session: Session, answer: "CausesAnswer") -> Plot:
    """Two panels for each group."""
    panels = [panel for group in answer.groups[:GROUPS_DRAWN] for panel in _panels(session, group)]
    notes = caption(session, answer, groups=len(answer.groups), starred=False)
    return plot(
        session.say("causes-drawn"),
        panels,
        [*notes, session.say("difference-drawn"), session.say("correlation")],
    )


def _panels(session: Session, group: "CausesGroup") -> Iterator[Panel]:
    formats, title = session.formats, named(session, group.by)
    behind = "" if title is None else f" – {title}"
    by_teller = {each.teller: {said.reason: said.deals for said in each.reasons} for each in group.tellers}
    most: dict[str, int] = {}
    for reasons in by_teller.values():
        for reason, deals in reasons.items():
            most[reason] = most.get(reason, 0) + deals
    chosen = sorted(most, key=lambda reason: (-most[reason], reason))[:REASONS]
    drawn = tuple(
        series(teller(session, who), tone, [float(reasons.get(each, 0)) for each in chosen], formats.number)
        for (who, reasons), tone in zip(by_teller.items(), TONES, strict=False)
    )
    rows = tuple(formats.label("reason", each) for each in chosen)
    yield Panel(session.say("reasons-drawn") + behind, session.say("deals"), rows, drawn, formats.number)
    factors = [each for each in group.drivers if not each.too_few][:FACTORS]
    rates = (
        Series(
            session.say("with-drawn"),
            "main",
            tuple(each.with_it.rate for each in factors),
            tuple(
                f"{formats.share(each.with_it.rate)} ({formats.number(each.with_it.n)})" for each in factors
            ),
        ),
        Series(
            session.say("without-drawn"),
            "muted",
            tuple(each.without_it.rate for each in factors),
            tuple(
                f"{formats.share(each.without_it.rate)} ({formats.number(each.without_it.n)})"
                for each in factors
            ),
        ),
    )
    names = tuple(factor_name(session, each) + (" †" if each.is_difference else "") for each in factors)
    axis = session.say("win-rate-axis-drawn")
    yield Panel(session.say("factors-drawn") + behind, axis, names, rates, formats.share)
