"""How fast deals go as tables, with what must be known to read them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from interfaces.cli.bars import bars
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import Cell, deals_table, money, on_day
from interfaces.cli.reports.dimensions import called, dimensions, named
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session
from interfaces.cli.sums import all_sums, column

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.amounts import Amount
    from projections.stages.velocity_answer import AfterWin, VelocityAnswer, VelocityDeal, VelocityGroup

BAR = 10
"""Cells of the longest bar beside a cycle."""


def show_velocity(session: Session, answer: "VelocityAnswer", asked: str) -> None:
    """Print the figures of each group, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not any(each.won or each.lost or each.cohort.opened for each in answer.groups):
        show(session.say("no-deals"), *common_notes(session, answer))
        return
    marks = Marks(session.formats, answer.floor)
    show(_cycles(session, answer, marks), _speed(session, answer, marks), _cohorts(session, answer, marks))
    if any(
        figures.days.n or figures.undated for each in answer.groups for figures in each.after_win.values()
    ):
        show(_after(session, answer, marks))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    without = sum(each.cycle_days.without_start for each in answer.groups)
    if without:
        show(session.say("never-accepted", deals=session.formats.number(without)))
    show(*common_notes(session, answer), session.say("how-to-read-velocity"))
    for group in answer.groups:
        if group.behind:
            show(_behind(session, group, group.behind))


def _cycles(session: Session, answer: "VelocityAnswer", marks: Marks) -> Grid:
    """Days from the start to the close, with a bar for the median of won deals."""
    number, groups = session.formats.number, answer.groups
    lengths = bars([each.cycle_days.won.median for each in groups], BAR)
    titles = [
        *dimensions(session, groups[0].by),
        *(Column(session.say(each), right=True) for each in ("won", "days-to-win")),
        Column("", spare=True),
        *(
            Column(session.say(each), right=True)
            for each in (
                "on-average",
                "three-quarters",
                "lost",
                "days-to-lose",
                "on-average",
                "three-quarters",
            )
        ),
    ]
    rows = [
        (
            *called(session, each.by),
            number(each.won),
            marks.median(each.cycle_days.won),
            length,
            _days(session, each.cycle_days.won.mean),
            _days(session, each.cycle_days.won.p75),
            number(each.lost),
            marks.median(each.cycle_days.lost),
            _days(session, each.cycle_days.lost.mean),
            _days(session, each.cycle_days.lost.p75),
        )
        for each, length in zip(groups, lengths, strict=True)
    ]
    return table(titles, rows, title=session.say(f"cycle-since-{answer.since}"))


def _speed(session: Session, answer: "VelocityAnswer", marks: Marks) -> Grid:
    """Sales velocity beside the parts that it is made of."""
    formats, speeds = session.formats, [each.sales_velocity for each in answer.groups]
    amounts = [_to_cents(each.mean_amounts) for each in speeds]
    a_day = [_to_cents(each.per_day) for each in speeds]
    means, names = all_sums(formats, amounts)
    daily, _ = all_sums(formats, a_day)
    titles = [
        *dimensions(session, answer.groups[0].by),
        Column(session.say("open"), right=True),
        column(session.say("mean-amount"), names),
        *(Column(session.say(each), right=True) for each in ("win-rate", "mean-cycle")),
        column(session.say("per-day"), names),
    ]
    rows = [
        (
            *called(session, group.by),
            formats.number(each.open),
            means.lines(mean, names) or "–",
            marks.share(each.win_rate, few=each.too_few),
            _days(session, each.mean_cycle_days),
            daily.lines(speed, names) or "–",
        )
        for group, each, mean, speed in zip(answer.groups, speeds, amounts, a_day, strict=True)
    ]
    return table(titles, rows, title=session.say("sales-velocity"))


def _cohorts(session: Session, answer: "VelocityAnswer", marks: Marks) -> Grid:
    """What became of the deals that were opened, and how many were won for each of them."""
    formats = session.formats
    titles = [
        *dimensions(session, answer.groups[0].by),
        *(
            Column(session.say(each), right=True)
            for each in ("opened-deals", "won", "lost", "open", "cohort-rate", "still-open", "close-rate")
        ),
    ]
    rows = [
        (
            *called(session, each.by),
            *(formats.number(getattr(each.cohort, name)) for name in ("opened", "won", "lost", "open")),
            marks.share(each.cohort.win_rate, few=each.cohort.too_few),
            formats.share(each.cohort.open_share),
            marks.share(each.close_rate.rate, few=each.close_rate.too_few),
        )
        for each in answer.groups
    ]
    return table(titles, rows, title=session.say("opened-and-won"))


def _after(session: Session, answer: "VelocityAnswer", marks: Marks) -> Grid:
    """Days from the win to each step after it, and of how many deals it is still to come."""
    titles = [
        *dimensions(session, answer.groups[0].by),
        Column(session.say("step-after-win")),
        *(
            Column(session.say(each), right=True)
            for each in ("days-after-win", "three-quarters", "done", "still-to-come")
        ),
    ]
    rows = [
        (*called(session, group.by), session.say(f"step-{step}"), *_step(session, figures, marks))
        for group in answer.groups
        for step, figures in group.after_win.items()
    ]
    return table(titles, rows, title=session.say("after-the-win"))


def _step(session: Session, figures: "AfterWin", marks: Marks) -> Sequence[str]:
    number = session.formats.number
    return (
        marks.median(figures.days),
        _days(session, figures.days.p75),
        number(figures.days.n + figures.undated),
        number(figures.open),
    )


def _behind(session: Session, group: "VelocityGroup", behind: "Sequence[VelocityDeal]") -> Grid:
    cells: list[Cell[VelocityDeal]] = [
        (Column(session.say("opened-on"), right=True), lambda each: on_day(session, each.opened_at)),
        (Column(session.say("closed"), right=True), lambda each: on_day(session, each.closed_at)),
        (Column(session.say("cycle"), right=True), lambda each: _days(session, each.cycle_days)),
        (Column(session.say("amount"), right=True), lambda each: money(session, each.amount)),
    ]
    return deals_table(session, behind, cells, named(session, group.by))


def _to_cents(amounts: "Sequence[Amount]") -> "list[Amount]":
    """Averages to two decimals: the rest means nothing to a reader."""
    cent = Decimal("0.01")
    return [each.model_copy(update={"amount": str(Decimal(each.amount).quantize(cent))}) for each in amounts]


def _days(session: Session, days: float | None) -> str:
    return "–" if days is None else session.formats.number(days)
