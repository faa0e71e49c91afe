"""A funnel as a table with bars, where deals get stuck, and what must be known to read it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.bars import bar
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import Cell, deals_table
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.reports.stage_names import StageNames
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.stages.funnel_answer import Bottleneck, FunnelAnswer, FunnelDeal, FunnelGroup

FIGURES = ("reached", "passed", "entered", "returned", "lost", "open")
HOURS_A_DAY = 24


def show_funnel(session: Session, answer: "FunnelAnswer", asked: str) -> None:
    """Print the funnel of each group and pipeline, the deals behind it if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not answer.groups:
        show(session.say("no-deals"), *common_notes(session, answer))
        return
    names, marks = StageNames(session), Marks(session.formats, answer.floor)
    for group in answer.groups:
        show(_figures(session, answer, group, names, marks))
        show(*_stuck(session, group, names))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    bounded = answer.from_ is not None or answer.to is not None
    show(*([session.say("funnel-period")] if bounded else []))
    show(*common_notes(session, answer), session.say("how-to-read-funnel"))
    for group in answer.groups:
        if group.behind:
            show(_behind(session, group, group.behind, names))


def _figures(
    session: Session, answer: "FunnelAnswer", group: "FunnelGroup", names: StageNames, marks: Marks
) -> Grid:
    """A row for each stage with a bar as long as many deals reached it, and one for those that were won."""
    formats = session.formats
    most = max((each.reached for each in group.stages), default=0)
    titles = [
        Column(session.say("stage")),
        Column(session.say("reached"), right=True),
        Column("", spare=True),
        *(Column(session.say(each), right=True) for each in FIGURES[1:]),
        *([Column(session.say("disqualified"), right=True)] if answer.decided else []),
        *(Column(session.say(each), right=True) for each in ("conversion", "derived-probability")),
    ]
    rows: list[list[str] | None] = [
        [
            names.stage(group, each.stage),
            formats.number(each.reached),
            bar(each.reached, most),
            *(formats.number(getattr(each, figure)) for figure in FIGURES[1:]),
            *([formats.number(each.disqualified)] if answer.decided else []),
            marks.share(each.conversion.cohort.rate, few=each.conversion.cohort.too_few),
            formats.share(each.probability.share),
        ]
        for each in group.stages
    ]
    won = [session.say("won"), formats.number(group.won), bar(group.won, most)]
    return table(titles, [*rows, None, [*won, *[""] * (len(titles) - len(won))]], title=names.title(group))


def _stuck(session: Session, group: "FunnelGroup", names: StageNames) -> Sequence[str]:
    formats, stuck = session.formats, group.bottleneck
    if stuck.slowest is None and stuck.narrowest is None:
        return [session.say("bottleneck-unknown")]
    told = []
    if stuck.narrowest is not None:
        told.append(
            session.say(
                "bottleneck-narrowest",
                stage=names.stage(group, stuck.narrowest.stage),
                rate=formats.share(stuck.narrowest.rate),
                deals=formats.number(stuck.narrowest.deals),
            )
        )
    return [*told, *_slowest(session, group, stuck, names)]


def _slowest(session: Session, group: "FunnelGroup", stuck: "Bottleneck", names: StageNames) -> Sequence[str]:
    slowest, number = stuck.slowest, session.formats.number
    if slowest is None or slowest.lost.median is None or slowest.won.median is None:
        return []
    return [
        session.say(
            "bottleneck-slowest",
            stage=names.stage(group, slowest.stage),
            ratio=number(slowest.ratio),
            lost_days=number(slowest.lost.median / HOURS_A_DAY),
            won_days=number(slowest.won.median / HOURS_A_DAY),
            lost=number(slowest.lost.n),
            won=number(slowest.won.n),
        )
    ]


def _behind(
    session: Session, group: "FunnelGroup", behind: "Sequence[FunnelDeal]", names: StageNames
) -> Grid:
    """The deals that are counted, then those that only conversions are made of."""
    say = session.say
    cells: list[Cell[FunnelDeal]] = [
        (
            Column(say("furthest")),
            lambda each: "–" if each.furthest is None else names.stage(group, each.furthest),
        ),
        (Column(say("returned")), lambda each: names.stages(group, each.returned)),
        (Column(say("counted")), lambda each: say("yes" if each.counted else "in-conversions")),
    ]
    counted_first = sorted(behind, key=lambda each: not each.counted)
    return deals_table(session, counted_first, cells, names.title(group))
