"""Time in stages as tables, with what must be known to read them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.bars import bars
from interfaces.cli.deal_names import deal_names
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.reports.stage_names import StageNames
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.cycle import Spread
    from projections.stages.stage_times_answer import StageTimesAnswer, StageTimesDeal, StageTimesGroup

HOURS_A_DAY = 24


def show_stages(session: Session, answer: "StageTimesAnswer", asked: str) -> None:
    """Print the stages of each group and pipeline, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not answer.groups:
        show(session.say("no-deals"), *common_notes(session, answer))
        return
    names, marks = StageNames(session), Marks(session.formats, answer.floor)
    show(*(_figures(session, group, names, marks) for group in answer.groups))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    show(*common_notes(session, answer), session.say("how-to-read-stages"))
    for group in answer.groups:
        if group.behind:
            show(_behind(session, group, group.behind, names))


def _figures(session: Session, group: "StageTimesGroup", names: StageNames, marks: Marks) -> Grid:
    number = session.formats.number
    lengths = bars([each.hours.median for each in group.stages])
    titles = [
        Column(session.say("stage")),
        Column(session.say("days-there"), right=True),
        Column("", spare=True),
        *(
            Column(session.say(each), right=True, under=each in {"last-visit", "visits", "age"})
            for each in ("three-quarters", "last-visit", "rested", "deals-left", "visits", "there-now", "age")
        ),
    ]
    rows = [
        (
            names.stage(group, each.stage),
            marks.median(_in_days(each.hours)),
            length,
            _days(session, each.hours.p75),
            _days(session, each.last_hours.median),
            _days(session, each.paused_hours.mean),
            number(each.deals),
            number(each.visits),
            number(each.there.deals),
            _days(session, each.there.age_hours.median),
        )
        for each, length in zip(group.stages, lengths, strict=True)
    ]
    return table(titles, rows, title=names.title(group))


def _behind(
    session: Session, group: "StageTimesGroup", behind: "Sequence[StageTimesDeal]", names: StageNames
) -> Grid:
    """A row for each deal in each stage."""
    formats, called = session.formats, deal_names(session, (deal.deal for deal in behind))
    titles = [
        Column(session.say("deal"), whole=True),
        *(Column(session.say(each)) for each in ("title", "outcome", "stage")),
        *(Column(session.say(each), right=True) for each in ("visits", "days-there", "rested", "age")),
    ]
    rows = [
        (
            called[deal.deal],
            deal.title,
            formats.label("outcome", deal.outcome),
            names.stage(group, stage),
            formats.number(each.visits),
            _days(session, each.hours),
            _days(session, each.paused_hours),
            _days(session, each.age_hours),
        )
        for deal in behind
        for stage, each in deal.stages.items()
    ]
    return table(titles, rows, title=names.title(group))


def _in_days(hours: "Spread") -> "Spread":
    figures = {"median": hours.median, "mean": hours.mean, "p75": hours.p75}
    return hours.model_copy(
        update={name: None if each is None else each / HOURS_A_DAY for name, each in figures.items()}
    )


def _days(session: Session, hours: float | None) -> str:
    return "–" if hours is None else session.formats.number(hours / HOURS_A_DAY)
