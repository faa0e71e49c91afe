"""Time in stages as a picture: how long deals were in each, and how long those have been that are there."""

from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.plot import Panel, Plot, Series, Tone, plot
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.stage_names import StageNames
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.cycle import Spread
    from projections.stages.stage_times_answer import StageTimesAnswer, StageTimesGroup

HOURS_A_DAY = 24


def stages_plot(session: Session, answer: "StageTimesAnswer") -> Plot:
    """A panel for each group and pipeline."""
    marks, names = Marks(session.formats, answer.floor), StageNames(session)
    panels = [_panel(session, group, names, marks) for group in answer.groups[:GROUPS_DRAWN]]
    notes = caption(session, answer, groups=len(answer.groups), starred=marks.any)
    return plot(session.say("stages-drawn"), panels, notes)


def _panel(session: Session, group: "StageTimesGroup", names: StageNames, marks: Marks) -> Panel:
    rows = tuple(names.stage(group, each.stage) for each in group.stages)
    drawn = (
        _days(session.say("left-stage-drawn"), "main", [each.hours for each in group.stages], marks),
        _days(session.say("there-now-drawn"), "open", [each.there.age_hours for each in group.stages], marks),
    )
    return Panel(names.title(group), session.say("median-days-drawn"), rows, drawn, session.formats.number)


def _days(name: str, tone: Tone, hours: "list[Spread]", marks: Marks) -> Series:
    days = [each.model_copy(update={"median": _in_days(each.median)}) for each in hours]
    told = tuple("" if each.median is None else marks.median(each) for each in days)
    return Series(name, tone, tuple(each.median for each in days), told)


def _in_days(hours: float | None) -> float | None:
    return None if hours is None else hours / HOURS_A_DAY
