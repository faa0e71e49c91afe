"""Won and lost as a picture: the win rate of each group, and the amounts, a panel for each currency."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.groups import group_names
from interfaces.cli.plots.plot import Panel, Plot, Series, plot, series
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.amounts import Amount
    from projections.closings.winloss_answer import WinLossAnswer, WinLossGroup


def winloss_plot(session: Session, answer: "WinLossAnswer") -> Plot:
    """Panels with a row for each group."""
    groups, marks = answer.groups[:GROUPS_DRAWN], Marks(session.formats, answer.floor)
    panels = list(_panels(session, groups, group_names(session, [each.by for each in groups]), marks))
    notes = caption(session, answer, groups=len(answer.groups), starred=marks.any)
    return plot(session.say("winloss-drawn"), panels, notes)


def _panels(
    session: Session, groups: "Sequence[WinLossGroup]", rows: tuple[str, ...], marks: Marks
) -> Iterator[Panel]:
    formats = session.formats
    told = tuple(
        "" if each.win_rate_count is None else marks.share(each.win_rate_count, few=each.too_few)
        for each in groups
    )
    rates = Series(session.say("win-rate"), "main", tuple(each.win_rate_count for each in groups), told)
    yield Panel(session.say("win-rate"), session.say("win-rate-axis-drawn"), rows, (rates,), formats.share)
    counts = (
        series(session.say("won"), "won", [each.won for each in groups], formats.number),
        series(session.say("lost"), "lost", [each.lost for each in groups], formats.number),
    )
    yield Panel(session.say("deals"), session.say("deals"), rows, counts, formats.number)
    held = [each.won_amounts for each in groups] + [each.lost_amounts for each in groups]
    for currency in sorted({each.currency for sums in held for each in sums}):
        amounts = (
            series(
                session.say("won-amount"),
                "won",
                [_sum(each.won_amounts, currency) for each in groups],
                formats.number,
            ),
            series(
                session.say("lost-amount"),
                "lost",
                [_sum(each.lost_amounts, currency) for each in groups],
                formats.number,
            ),
        )
        yield Panel(f"{session.say('amount')} {currency}", currency, rows, amounts, formats.number)


def _sum(sums: "Sequence[Amount]", currency: str) -> float | None:
    return next((float(Decimal(each.amount)) for each in sums if each.currency == currency), None)
