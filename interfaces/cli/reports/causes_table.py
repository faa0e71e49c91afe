"""Who says why deals were won or lost, as tables, with what must be known to read them."""

from typing import TYPE_CHECKING

from interfaces.cli.autopsy_page import teller
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import deals_behind
from interfaces.cli.reports.dimensions import called, dimensions, named
from interfaces.cli.reports.drivers_table import drivers_table, together_table
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.causes.causes_answer import CausesAnswer, CausesGroup

MOST = 4
"""So many reasons of each teller are told; JSON has all."""

FIRST = 5
"""So many factors of each of several groups are told, and all differences."""


def show_causes(session: Session, answer: "CausesAnswer", asked: str) -> None:
    """Print how much is declared, then of each group who says what, how they agree, and the drivers."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not any(each.deals for each in answer.groups):
        show(session.say("no-closed-deals"), *common_notes(session, answer))
        return
    marks = Marks(session.formats, answer.floor)
    show(_coverage(session, answer, marks))
    for group in answer.groups:
        title = named(session, group.by)
        parts: list[Grid | str] = [_tellers(session, group, title), _agreements(session, group, marks, title)]
        parts += drivers_table(session, group, title, most=FIRST if len(answer.groups) > 1 else None)
        parts += together_table(session, group, title)
        show(*(each for each in parts if isinstance(each, str) or each.rows))
        if group.behind:
            show(deals_behind(session, group.by, group.behind))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    show(*_notes(session, answer))


def _notes(session: Session, answer: "CausesAnswer") -> list[str]:
    number = session.formats.number
    stated = f"{answer.stated:.0%}"
    called = sum(each.is_difference for group in answer.groups for each in group.drivers)
    refused = sum(each.too_few for group in answer.groups for each in group.drivers)
    notes = [*common_notes(session, answer), session.say("how-to-read-causes")]
    if answer.tested:
        notes.append(
            session.say("drivers-tested", tested=number(answer.tested), called=number(called), stated=stated)
        )
    if refused:
        notes.append(session.say("drivers-refused", refused=number(refused), floor=answer.floor))
    notes.append(session.say("correlation"))
    if answer.tested:
        notes.append(session.say("drivers-early"))
    return notes


def _coverage(session: Session, answer: "CausesAnswer", marks: Marks) -> Grid:
    number = session.formats.number
    titles = [
        *dimensions(session, answer.groups[0].by),
        *(
            Column(session.say(each), right=True)
            for each in ("deals", "won", "lost", "with-cause", "told-by-buyer", "only-other", "without-cause")
        ),
    ]
    rows = []
    for group in answer.groups:
        coverage, few = group.coverage, group.too_few
        shares = [
            (coverage.with_cause, coverage.share_with_cause),
            (coverage.told_by_buyer, coverage.share_told_by_buyer),
            (coverage.only_other, coverage.share_only_other),
        ]
        rows.append(
            [
                *called(session, group.by),
                *map(number, (group.deals, group.won, group.lost)),
                *(f"{number(deals)} ({marks.share(share, few=few)})" for deals, share in shares),
                number(coverage.without_cause),
            ]
        )
    return table(titles, rows, title=session.say("coverage"))


def _tellers(session: Session, group: "CausesGroup", title: str | None) -> Grid:
    formats = session.formats
    rows = []
    for each in group.tellers:
        told = [
            f"{formats.label('reason', reason.reason)} {formats.number(reason.deals)}"
            for reason in each.reasons[:MOST]
        ]
        more = len(each.reasons) - len(told)
        if more:
            told.append(session.say("more-reasons", more=more))
        rows.append((teller(session, each.teller), formats.number(each.deals), formats.listed(told)))
    columns = [
        Column(session.say("teller")),
        Column(session.say("deals"), right=True),
        Column(session.say("says")),
    ]
    return table(columns, rows, title=_titled(session, "tellers", title))


def _agreements(session: Session, group: "CausesGroup", marks: Marks, title: str | None) -> Grid:
    number = session.formats.number
    rows = [
        (
            teller(session, each.tellers[0]),
            teller(session, each.tellers[1]),
            number(each.n),
            number(each.agree),
            marks.share(each.rate, few=each.too_few),
        )
        for each in group.agreements
    ]
    columns = [
        Column(session.say("teller")),
        Column(session.say("and-teller")),
        *(Column(session.say(each), right=True) for each in ("both-speak", "they-agree", "agreement-rate")),
    ]
    return table(columns, rows, title=_titled(session, "agreements", title))


def _titled(session: Session, heading: str, title: str | None) -> str:
    told = session.say(heading)
    return told if title is None else f"{told} – {title}"
