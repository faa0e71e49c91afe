"""The win/loss figures as tables, with what must be known to read them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.formats import Formats
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import deals_behind
from interfaces.cli.reports.dimensions import called, dimensions
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session
from interfaces.cli.sums import all_sums, column

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.closings.winloss_answer import WinLossAnswer, WinLossGroup


def show_winloss(session: Session, answer: "WinLossAnswer", asked: str) -> None:
    """Print the figures of each group, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not answer.groups or not any(each.deals for each in answer.groups):
        show(session.say("no-deals"), *common_notes(session, answer))
        return
    show(_figures(session, answer))
    for note in _notes(session, answer):
        show(note)
    for group in answer.groups:
        if group.behind:
            show(deals_behind(session, group.by, group.behind))


def _figures(session: Session, answer: "WinLossAnswer") -> Grid:
    formats, groups = session.formats, answer.groups
    sums, names = all_sums(
        formats, (each for group in groups for each in (group.won_amounts, group.lost_amounts))
    )

    def figure(title: str, *, under: bool = False) -> Column:
        return Column(session.say(title), right=True, under=under)

    titles = [
        *dimensions(session, groups[0].by),
        figure("deals"),
        figure("won"),
        figure("lost", under=True),
        *([figure("disqualified", under=True)] if answer.decided else []),
        figure("open", under=True),
        figure("win-rate"),
        figure("win-rate-value", under=True),
        column(session.say("won-amount"), names),
        column(session.say("lost-amount"), names, under=True),
        figure("days-won"),
        figure("days-lost", under=True),
    ]
    rows = [
        [
            *called(session, group.by),
            *(formats.number(each) for each in (group.deals, group.won, group.lost)),
            *([formats.number(group.disqualified)] if answer.decided else []),
            formats.number(group.open),
            win_rate(formats, group),
            _rates(formats, group, names),
            sums.lines(group.won_amounts, names),
            sums.lines(group.lost_amounts, names),
            _days(formats, group.cycle_days.won.median),
            _days(formats, group.cycle_days.lost.median),
        ]
        for group in groups
    ]
    return table(titles, rows)


def _notes(session: Session, answer: "WinLossAnswer") -> list[str]:
    notes = []
    if any(group.too_few and group.win_rate_count is not None for group in answer.groups):
        notes.append(session.say("too-few", floor=answer.floor))
    notes.extend(common_notes(session, answer))
    notes.append(session.say("medians"))
    return notes


def win_rate(formats: Formats, group: "WinLossGroup") -> str:
    """The win rate by count, with a star where too few deals are behind it."""
    few = group.too_few and group.win_rate_count is not None
    return formats.share(group.win_rate_count) + (" *" if few else "")


def _rates(formats: Formats, group: "WinLossGroup", names: Sequence[str]) -> str:
    """A win rate by value for each currency, with its name where the table has several."""
    several = len(names) > 1
    told = (
        formats.share(each.rate) + (f" {each.currency}" if several else "") for each in group.win_rate_value
    )
    return "\n".join(told) or "–"


def _days(formats: Formats, days: float | None) -> str:
    return "–" if days is None else formats.number(days)
