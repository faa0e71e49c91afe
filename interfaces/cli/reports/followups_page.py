"""The weekly page: what is due and overdue and by whom, and which deals are in danger, the most urgent first."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.followups_groups import show_groups
from interfaces.cli.reports.followups_lists import show_lists
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.followups.followups_answer import (
        FollowUpsAnswer,
        FollowUpsGroup,
        ResponseTime,
        Standings,
    )

WHEN = ("overdue", "due", "later", "no_date")


def show_followups(session: Session, answer: "FollowUpsAnswer", asked: str) -> None:
    """Print the page, or a table where there are groups; the deals behind if asked for; what must be known."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not any(each.deals for each in answer.groups):
        show(session.say("no-deals"), *common_notes(session, answer))
        return
    marks = Marks(session.formats, answer.floor)
    if answer.groups[0].by:
        show_groups(session, answer, marks)
    else:
        _page(session, answer, answer.groups[0], marks)
    if marks.any:
        show(session.say("too-few-open", floor=answer.floor))
    show(*common_notes(session, answer), session.say("how-to-read-followups"))
    for group in answer.groups:
        if group.behind:
            show_lists(session, group, group.behind)


def _page(session: Session, answer: "FollowUpsAnswer", group: "FollowUpsGroup", marks: Marks) -> None:
    number = session.formats.number
    headline = session.say(
        "followups-headline",
        open=number(group.open),
        overdue=number(group.follow_ups.overdue),
        due=number(group.follow_ups.due),
        no_date=number(group.follow_ups.no_date),
        no_next_step=number(group.no_next_step),
        day=session.formats.day(answer.due_by),
    )
    show(headline, _people(session, answer, group) if group.people else session.say("to-do-none"))
    show(*_dangers(session, group, marks), _coverage(session, group, marks))


def _people(session: Session, answer: "FollowUpsAnswer", group: "FollowUpsGroup") -> Grid:
    """A row for each person and kind, and a sum for whoever has several kinds."""
    titles = [
        Column(session.say("followup-owner")),
        Column(session.say("followup-kind")),
        Column(session.say("overdue"), right=True),
        Column(session.say("due-by", day=session.formats.day(answer.due_by)), right=True),
        Column(session.say("later"), right=True),
        Column(session.say("no-date"), right=True),
    ]
    rows: list[list[str] | None] = []
    for person in group.people:
        name = person.person or session.say("without")
        lines: list[tuple[str, Standings]] = [
            (session.say(f"kind-{each.kind}"), each) for each in person.kinds
        ]
        if len(lines) > 1:
            lines.insert(0, (session.say("all-kinds"), person))
        rows.extend(
            [name if place == 0 else "", kind, *_figures(session, each)]
            for place, (kind, each) in enumerate(lines)
        )
        rows.append(None)
    return table(titles, rows[:-1], title=session.say("to-do"))


def _figures(session: Session, standings: "Standings") -> list[str]:
    return [session.formats.number(getattr(standings, each)) for each in WHEN]


def _dangers(session: Session, group: "FollowUpsGroup", marks: Marks) -> Iterator[str]:
    number = session.formats.number
    yield _response(session, "first-response", group.first_response)
    if group.lead_response.hours.n:
        yield _response(session, "lead-response", group.lead_response)
    silence, single = group.silence, group.single_threaded
    if silence.compared:
        yield session.say(
            "silence-longer",
            longer=number(silence.longer),
            compared=number(silence.compared),
            share=marks.share(silence.share, few=silence.too_few),
        )
    else:
        yield session.say("silence-none")
    yield session.say(
        "single-threaded-deals",
        deals=number(single.deals),
        open=number(group.open),
        share=marks.share(single.share, few=group.too_few),
    )


def _response(session: Session, sentence: str, response: "ResponseTime") -> str:
    number, hours = session.formats.number, response.hours
    waiting = number(response.waiting)
    if hours.median is None or hours.p75 is None:
        return session.say("first-response-none", waiting=waiting)
    return session.say(
        sentence, median=number(hours.median), p75=number(hours.p75), n=number(hours.n), waiting=waiting
    )


def _coverage(session: Session, group: "FollowUpsGroup", marks: Marks) -> Grid:
    """The four roles: in how many open deals somebody is known to have it, and was met."""
    number = session.formats.number
    titles = [
        Column(session.say("role")),
        *(
            Column(session.say(each), right=True)
            for each in ("role-known", "share-known", "role-met", "share-met")
        ),
    ]
    rows = [
        (
            session.formats.label("role", each.role),
            number(each.known),
            marks.share(each.share_known, few=group.too_few),
            number(each.met),
            marks.share(each.share_met, few=group.too_few),
        )
        for each in group.chain
    ]
    return table(titles, rows, title=session.say("chain-coverage"))
