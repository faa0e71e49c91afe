"""What retrospectives saw, taught and planned, as tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.deal_names import deal_names
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import deals_behind
from interfaces.cli.reports.dimensions import called, dimensions, named
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.causes.retrospectives_answer import RetrospectivesAnswer, RetrospectivesGroup


def show_retrospectives(session: Session, answer: "RetrospectivesAnswer", asked: str) -> None:
    """Print the figures of each group, then what each learned and what it is to do."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not any(each.retrospectives for each in answer.groups):
        show(session.say("no-retrospectives"), *common_notes(session, answer))
        return
    show(_figures(session, answer))
    for group in answer.groups:
        title = named(session, group.by)
        for part in (
            _seen(session, group, title),
            _lessons(session, group, title),
            _actions(session, group, title),
        ):
            if part.rows:
                show(part)
        if group.behind:
            show(deals_behind(session, group.by, group.behind))
    show(*common_notes(session, answer))


def _figures(session: Session, answer: "RetrospectivesAnswer") -> Grid:
    number = session.formats.number
    titles = [
        *dimensions(session, answer.groups[0].by),
        *(
            Column(session.say(each), right=True)
            for each in (
                "deals",
                "retrospectives",
                "lessons",
                "actions",
                "actions-open",
                "actions-overdue",
                "actions-done",
            )
        ),
    ]
    rows = [
        [
            *called(session, group.by),
            number(group.deals),
            number(group.retrospectives),
            number(len(group.lessons_told)),
            *map(
                number, (group.actions.planned, group.actions.open, group.actions.overdue, group.actions.done)
            ),
        ]
        for group in answer.groups
    ]
    return table(titles, rows)


def _seen(session: Session, group: "RetrospectivesGroup", title: str | None) -> Grid:
    """What pushed and what blocked, beside each other by reason."""
    pushed = {each.reason: each.times for each in group.pushed}
    blocked = {each.reason: each.times for each in group.blocked}
    reasons = sorted(
        {*pushed, *blocked},
        key=lambda reason: (reason is None, -blocked.get(reason, 0), -pushed.get(reason, 0), reason or ""),
    )
    formats = session.formats
    rows = [
        (
            session.say("without") if each is None else formats.label("reason", each),
            formats.number(blocked.get(each, 0)),
            formats.number(pushed.get(each, 0)),
        )
        for each in reasons
    ]
    columns = [
        Column(session.say("reason")),
        Column(session.say("seen-blocked"), right=True),
        Column(session.say("seen-pushed"), right=True),
    ]
    return table(columns, rows, title=_titled(session, "seen-by-reason", title))


def _lessons(session: Session, group: "RetrospectivesGroup", title: str | None) -> Grid:
    formats, names = session.formats, deal_names(session, (each.deal for each in group.lessons_told))
    rows = [
        (
            session.say("without") if each.area is None else formats.label("area", each.area),
            each.text,
            names[each.deal],
        )
        for each in group.lessons_told
    ]
    columns = [
        *(Column(session.say(each)) for each in ("area", "lesson")),
        Column(session.say("deal"), whole=True),
    ]
    return table(columns, rows, title=_titled(session, "lessons", title))


def _actions(session: Session, group: "RetrospectivesGroup", title: str | None) -> Grid:
    formats, names = session.formats, deal_names(session, (each.deal for each in group.actions_told))
    rows: list[Sequence[str]] = []
    for each in group.actions_told:
        if each.done_at is not None:
            state = session.say("done-on", day=formats.day(each.done_at.astimezone(session.zone).date()))
        else:
            state = session.say("is-overdue" if each.overdue else "is-open")
        due = "–" if each.due is None else formats.day(each.due)
        rows.append((each.text, each.owner or "–", due, state, names[each.deal]))
    columns = [
        Column(session.say("action")),
        Column(session.say("owner")),
        Column(session.say("action-due"), right=True),
        Column(session.say("action-state")),
        Column(session.say("deal"), whole=True),
    ]
    return table(columns, rows, title=_titled(session, "actions", title))


def _titled(session: Session, heading: str, title: str | None) -> str:
    told = session.say(heading)
    return told if title is None else f"{told} – {title}"
