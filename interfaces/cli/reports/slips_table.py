"""Pushes and slips as tables, with what must be known to read them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.bars import bar, bars
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import Cell, deals_table
from interfaces.cli.reports.dimensions import called, dimensions, named
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.stages.slips_answer import MostPushed, SlipsAnswer, SlipsDeal, SlipsGroup

BAR = 10
"""Cells of the longest bar beside a figure."""
BECAME = ("expected", "won", "lost", "slipped", "pending")


def show_slips(session: Session, answer: "SlipsAnswer", asked: str) -> None:
    """Print the figures of each group, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not any(each.deals for each in answer.groups):
        show(session.say("no-pushes"), *common_notes(session, answer))
        return
    marks = Marks(session.formats, answer.floor)
    show(_pushed(session, answer, marks))
    if answer.groups[0].slip is None:
        show(session.say("name-a-period"))
    else:
        show(_slipped(session, answer, marks))
    if answer.most_pushed:
        show(_most(session, answer))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    show(*common_notes(session, answer), session.say("how-to-read-slips"))
    for group in answer.groups:
        if group.behind:
            show(_behind(session, group, group.behind))


def _pushed(session: Session, answer: "SlipsAnswer", marks: Marks) -> Grid:
    """Pushes with a bar for their number, and how far they went."""
    number, groups = session.formats.number, answer.groups
    lengths = bars([each.pushed.pushes for each in groups], BAR)
    titles = [
        *dimensions(session, groups[0].by),
        Column(session.say("pushes"), right=True),
        Column("", spare=True),
        *(
            Column(session.say(each), right=True)
            for each in ("deals-pushed", "days-later", "on-average", "month-ends", "quarter-ends")
        ),
    ]
    rows = [
        (
            *called(session, each.by),
            number(each.pushed.pushes),
            length,
            number(each.pushed.deals),
            marks.median(each.pushed.days),
            "–" if each.pushed.days.mean is None else number(each.pushed.days.mean),
            number(each.pushed.months),
            number(each.pushed.quarters),
        )
        for each, length in zip(groups, lengths, strict=True)
    ]
    return table(titles, rows, title=session.say("pushed-closes"))


def _slipped(session: Session, answer: "SlipsAnswer", marks: Marks) -> Grid:
    """What became of expected deals: those that were forecast, and all of them."""
    titles = [
        *dimensions(session, answer.groups[0].by),
        Column(session.say("which-expected")),
        *(Column(session.say(each), right=True) for each in (*BECAME, "slip-rate")),
        Column("", spare=True),
    ]
    rows = [
        (
            *called(session, group.by),
            session.say(f"expected-{which}"),
            *(session.formats.number(getattr(each, name)) for name in BECAME),
            marks.share(each.rate, few=each.too_few),
            bar(each.rate, 1, BAR),
        )
        for group in answer.groups
        for which, each in (("sure", group.slip), ("any", group.slip_any))
        if each is not None
    ]
    return table(titles, rows, title=session.say("slipped-deals"))


def _most(session: Session, answer: "SlipsAnswer") -> Grid:
    formats, say = session.formats, session.say
    cells: list[Cell[MostPushed]] = [
        (Column(say("pushes"), right=True), lambda each: formats.number(each.pushes)),
        (Column(say("days-later"), right=True), lambda each: formats.number(each.days)),
        (Column(say("first-day"), right=True), lambda each: formats.day(each.first)),
        (Column(say("last-day"), right=True, under=True), lambda each: formats.day(each.last)),
    ]
    return deals_table(session, answer.most_pushed, cells, say("most-pushed"))


def _behind(session: Session, group: "SlipsGroup", behind: "Sequence[SlipsDeal]") -> Grid:
    formats, say = session.formats, session.say
    cells: list[Cell[SlipsDeal]] = [
        (Column(say("pushes"), right=True), lambda each: formats.number(len(each.pushes))),
        (
            Column(say("days-later"), right=True),
            lambda each: formats.number(sum(push.days for push in each.pushes)),
        ),
        (
            Column(say("expected-on"), right=True),
            lambda each: "–" if each.expected is None else formats.day(each.expected),
        ),
        (
            Column(say("which-expected")),
            lambda each: "–" if each.forecast is None else formats.label("forecast", each.forecast),
        ),
        (Column(say("became")), lambda each: "–" if each.became is None else say(each.became)),
    ]
    return deals_table(session, behind, cells, named(session, group.by))
