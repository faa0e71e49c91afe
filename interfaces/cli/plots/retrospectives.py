"""Retrospectives as a picture: what pushed and blocked, and what became of the actions."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.groups import group_names
from interfaces.cli.plots.plot import Panel, Plot, plot, series
from interfaces.cli.reports.dimensions import named
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.causes.retrospectives_answer import RetrospectivesAnswer, RetrospectivesGroup


def retrospectives_plot(session: Session, answer: "RetrospectivesAnswer") -> Plot:
    """The actions of all groups, and the reasons of each."""
    groups = answer.groups[:GROUPS_DRAWN]
    panels = [_actions(session, groups), *(panel for group in groups for panel in _reasons(session, group))]
    notes = caption(session, answer, groups=len(answer.groups), starred=False)
    return plot(session.say("retrospectives-drawn"), panels, notes)


def _actions(session: Session, groups: "Sequence[RetrospectivesGroup]") -> Panel:
    number, actions = session.formats.number, [each.actions for each in groups]
    drawn = (
        series(session.say("done-drawn"), "won", [each.done for each in actions], number),
        series(
            session.say("still-open-drawn"), "open", [each.open - each.overdue for each in actions], number
        ),
        series(session.say("overdue-drawn"), "lost", [each.overdue for each in actions], number),
    )
    rows = group_names(session, [each.by for each in groups])
    return Panel(session.say("actions-drawn"), session.say("number-drawn"), rows, drawn, number)


def _reasons(session: Session, group: "RetrospectivesGroup") -> Iterator[Panel]:
    formats = session.formats
    blocked = {each.reason: each.times for each in group.blocked}
    pushed = {each.reason: each.times for each in group.pushed}
    reasons = list(dict.fromkeys((*blocked, *pushed)))
    drawn = (
        series(session.say("blocked-drawn"), "lost", [blocked.get(each) for each in reasons], formats.number),
        series(session.say("pushed-it-drawn"), "won", [pushed.get(each) for each in reasons], formats.number),
    )
    rows = tuple(
        session.say("without") if each is None else formats.label("reason", each) for each in reasons
    )
    title = named(session, group.by)
    told = session.say("seen-drawn") + ("" if title is None else f" – {title}")
    yield Panel(told, session.say("number-drawn"), rows, drawn, formats.number)
