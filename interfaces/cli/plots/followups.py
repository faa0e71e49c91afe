"""Follow-ups as a picture: what is due and overdue by person, and which of those who decide are known and met."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.cli.plots.captions import GROUPS_DRAWN, caption
from interfaces.cli.plots.plot import Panel, Plot, plot, series
from interfaces.cli.reports.dimensions import named
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.followups.followups_answer import FollowUpsAnswer, FollowUpsGroup


def followups_plot(session: Session, answer: "FollowUpsAnswer") -> Plot:
    """Two panels for each group."""
    due = session.say("due-drawn", day=session.formats.day(answer.due_by))
    panels = [panel for group in answer.groups[:GROUPS_DRAWN] for panel in _panels(session, group, due)]
    notes = caption(session, answer, groups=len(answer.groups), starred=False)
    return plot(session.say("followups-drawn"), panels, notes)


def _panels(session: Session, group: "FollowUpsGroup", due: str) -> Iterator[Panel]:
    number, title = session.formats.number, named(session, group.by)
    behind, people = "" if title is None else f" – {title}", group.people
    rows = tuple(each.person or session.say("without") for each in people)
    standings = (
        series(session.say("overdue-drawn"), "lost", [each.overdue for each in people], number),
        series(due, "second", [each.due for each in people], number),
        series(session.say("later-drawn"), "open", [each.later for each in people], number),
        series(session.say("no-date-drawn"), "muted", [each.no_date for each in people], number),
    )
    yield Panel(session.say("to-do-drawn") + behind, session.say("number-drawn"), rows, standings, number)
    roles = tuple(session.formats.label("role", each.role) for each in group.chain)
    share = session.formats.share
    coverage = (
        series(session.say("known-drawn"), "main", [each.share_known for each in group.chain], share),
        series(session.say("met-drawn"), "won", [each.share_met for each in group.chain], share),
    )
    axis = session.say("open-deals-drawn")
    yield Panel(session.say("chain-drawn") + behind, axis, roles, coverage, share)
