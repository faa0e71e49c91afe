"""Slips as a picture: how often closes were put off, and what became of the deals that were expected."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.groups import group_names
from interfaces.cli.plots.plot import Panel, Plot, Series, plot, series
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.stages.slips_answer import Slip, SlipsAnswer, SlipsGroup


def slips_plot(session: Session, answer: "SlipsAnswer") -> Plot:
    """Panels with a row for each group."""
    groups, marks = answer.groups[:GROUPS_DRAWN], Marks(session.formats, answer.floor)
    panels = list(_panels(session, groups, group_names(session, [each.by for each in groups]), marks))
    notes = caption(session, answer, groups=len(answer.groups), starred=marks.any)
    return plot(session.say("slips-drawn"), panels, notes)


def _panels(
    session: Session, groups: "Sequence[SlipsGroup]", rows: tuple[str, ...], marks: Marks
) -> Iterator[Panel]:
    number = session.formats.number
    pushes = (
        series(session.say("pushes-drawn"), "main", [each.pushed.pushes for each in groups], number),
        series(session.say("pushed-deals-drawn"), "second", [each.pushed.deals for each in groups], number),
    )
    yield Panel(session.say("pushed-drawn"), session.say("number-drawn"), rows, pushes, number)
    for title, slips in (
        ("expected-committed-drawn", [each.slip for each in groups]),
        ("expected-any-drawn", [each.slip_any for each in groups]),
    ):
        drawn = tuple(_became(session, slips, marks))
        yield Panel(session.say(title), session.say("deals"), rows, drawn, number, stacked=True)


def _became(session: Session, slips: "Sequence[Slip | None]", marks: Marks) -> Iterator[Series]:
    """Won, lost, still due, slipped; behind the last stands the share that slipped."""
    silent = ("",) * len(slips)
    yield Series(
        session.say("won"), "won", tuple(None if each is None else each.won for each in slips), silent
    )
    yield Series(
        session.say("lost"), "lost", tuple(None if each is None else each.lost for each in slips), silent
    )
    pending = tuple(None if each is None else each.pending for each in slips)
    yield Series(session.say("pending-drawn"), "open", pending, silent)
    slipped = tuple(None if each is None else each.slipped for each in slips)
    rates = tuple("" if each is None else marks.share(each.rate, few=each.too_few) for each in slips)
    yield Series(session.say("slipped-drawn"), "second", slipped, rates)
