"""A funnel as a picture: of the deals that reached each stage, what became of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.plot import Panel, Plot, Series, plot
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.stage_names import StageNames
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.stages.funnel_answer import FunnelAnswer, FunnelGroup


def funnel_plot(session: Session, answer: "FunnelAnswer") -> Plot:
    """A panel for each group and pipeline."""
    marks, names = Marks(session.formats, answer.floor), StageNames(session)
    panels = [_panel(session, group, names, marks) for group in answer.groups[:GROUPS_DRAWN]]
    notes = caption(session, answer, groups=len(answer.groups), starred=marks.any)
    return plot(session.say("funnel-drawn"), panels, [*notes, session.say("funnel-drawn-note")])


def _panel(session: Session, group: "FunnelGroup", names: StageNames, marks: Marks) -> Panel:
    rows = tuple(names.stage(group, each.stage) for each in group.stages)
    shares = tuple(
        f"{session.formats.number(each.reached)} · "
        f"{marks.share(each.conversion.cohort.rate, few=each.conversion.cohort.too_few)}"
        for each in group.stages
    )
    return Panel(
        names.title(group),
        session.say("deals"),
        rows,
        tuple(_series(session, group, shares)),
        session.formats.number,
        stacked=True,
    )


def _series(session: Session, group: "FunnelGroup", shares: tuple[str, ...]) -> Iterator[Series]:
    """Won, open, lost; the words stand behind the last."""
    silent = ("",) * len(shares)
    stages = group.stages
    yield Series(session.say("won"), "won", tuple(each.won for each in stages), silent)
    yield Series(session.say("open"), "open", tuple(each.open for each in stages), silent)
    lost = tuple(each.lost for each in stages)
    disqualified = tuple(each.disqualified for each in stages)
    apart = any(each.won + each.open + each.lost < each.reached for each in stages)
    if apart:
        yield Series(session.say("disqualified"), "muted", disqualified, silent)
    yield Series(session.say("lost"), "lost", lost, shares)
