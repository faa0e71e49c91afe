"""Negotiations as a picture: discounts of won and lost deals, what was given and received, objections."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.groups import group_names
from interfaces.cli.plots.plot import Panel, Plot, Series, Tone, plot, series
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.cycle import Spread
    from projections.negotiation.discounts_answer import DiscountsAnswer, DiscountsGroup


def discounts_plot(session: Session, answer: "DiscountsAnswer") -> Plot:
    """Discounts of every group; where all deals are one group, its concessions and objections too."""
    groups, marks = answer.groups[:GROUPS_DRAWN], Marks(session.formats, answer.floor)
    rows = group_names(session, [each.by for each in groups])
    panels = [_discounts(session, groups, rows, marks), _rounds(session, groups, rows, marks)]
    if len(answer.groups) == 1:
        panels.extend(_details(session, answer.groups[0]))
    notes = caption(session, answer, groups=len(answer.groups), starred=marks.any)
    return plot(session.say("discounts-drawn"), panels, notes)


def _discounts(
    session: Session, groups: "Sequence[DiscountsGroup]", rows: tuple[str, ...], marks: Marks
) -> Panel:
    def shares(name: str, tone: Tone, spreads: "Sequence[Spread]") -> Series:
        told = tuple("" if each.median is None else marks.median_share(each) for each in spreads)
        return Series(session.say(name), tone, tuple(each.median for each in spreads), told)

    drawn = (
        shares("won", "won", [each.discount_by_outcome.won for each in groups]),
        shares("lost", "lost", [each.discount_by_outcome.lost for each in groups]),
    )
    return Panel(
        session.say("discount-drawn"), session.say("discount-axis-drawn"), rows, drawn, session.formats.share
    )


def _rounds(
    session: Session, groups: "Sequence[DiscountsGroup]", rows: tuple[str, ...], marks: Marks
) -> Panel:
    told = tuple("" if each.rounds.median is None else marks.median(each.rounds) for each in groups)
    drawn = Series(session.say("rounds-drawn"), "main", tuple(each.rounds.median for each in groups), told)
    title = session.say("rounds-drawn")
    return Panel(title, session.say("median-drawn"), rows, (drawn,), session.formats.number)


def _details(session: Session, group: "DiscountsGroup") -> Iterator[Panel]:
    formats, terms = session.formats, group.concessions.terms
    count = session.say("number-drawn")
    yield Panel(
        session.say("concessions-drawn"),
        count,
        tuple(formats.label("term", each.term) for each in terms),
        (
            series(session.say("given-drawn"), "lost", [each.given for each in terms], formats.number),
            series(
                session.say("in-return-drawn"),
                "main",
                [each.given_in_return for each in terms],
                formats.number,
            ),
            series(session.say("received-drawn"), "won", [each.received for each in terms], formats.number),
        ),
        formats.number,
    )
    topics = [each for each in group.objections if each.topic is not None]
    yield Panel(
        session.say("objections-drawn"),
        count,
        tuple(formats.label("objection_topic", each.topic or "") for each in topics),
        (
            series(session.say("raised-drawn"), "main", [each.raised for each in topics], formats.number),
            series(session.say("resolved-drawn"), "won", [each.resolved for each in topics], formats.number),
        ),
        formats.number,
    )
