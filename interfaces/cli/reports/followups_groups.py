"""Follow-ups of several groups beside each other: a row for each."""

from typing import TYPE_CHECKING

from interfaces.cli.grid import Column, table
from interfaces.cli.output import show
from interfaces.cli.reports.dimensions import called, dimensions
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.followups.followups_answer import FollowUpsAnswer, FollowUpsGroup


def show_groups(session: Session, answer: "FollowUpsAnswer", marks: Marks) -> None:
    """Print the figures of each group, then in how many of its open deals the four roles are known and met."""
    leading = dimensions(session, answer.groups[0].by)
    names = [called(session, group.by) for group in answer.groups]
    titles = [
        Column(session.say("open-deals"), right=True),
        Column(session.say("overdue"), right=True, under=True),
        Column(session.say("due-by", day=session.formats.day(answer.due_by)), right=True, under=True),
        *(
            Column(
                session.say(each), right=True, under=each in {"no-next-step", "waiting", "single-threaded"}
            )
            for each in (
                "no-date",
                "no-next-step",
                "response-hours",
                "waiting",
                "longer-silent",
                "single-threaded",
            )
        ),
    ]
    rows = [
        [*name, *_figures(session, group, marks)] for name, group in zip(names, answer.groups, strict=True)
    ]
    show(table([*leading, *titles], rows, title=session.say("groups-followups")))
    roles = [Column(session.formats.label("role", each.role), right=True) for each in answer.groups[0].chain]
    covered = [[*name, *_roles(session, group)] for name, group in zip(names, answer.groups, strict=True)]
    show(table([*leading, *roles], covered, title=session.say("roles-covered")))


def _figures(session: Session, group: "FollowUpsGroup", marks: Marks) -> list[str]:
    number, silence = session.formats.number, group.silence
    return [
        number(group.open),
        number(group.follow_ups.overdue),
        number(group.follow_ups.due),
        number(group.follow_ups.no_date),
        number(group.no_next_step),
        marks.median(group.first_response.hours),
        number(group.first_response.waiting),
        marks.share(silence.share, few=silence.too_few),
        marks.share(group.single_threaded.share, few=group.too_few),
    ]


def _roles(session: Session, group: "FollowUpsGroup") -> list[str]:
    number = session.formats.number
    return [
        session.say("known-and-met", known=number(each.known), met=number(each.met)) for each in group.chain
    ]
