"""The scorecard as tables: activity by week, leads by month, wins by quarter."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.grid import Column, table
from interfaces.cli.output import show
from interfaces.cli.reports.deals_behind import deals_table
from interfaces.cli.reports.dimensions import called, dimensions, named
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session
from interfaces.cli.sums import all_sums, column

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.touchpoints.scorecard_answer import Conversion, Figures, ScorecardAnswer, ScorecardGroup

Cells = Sequence[tuple[Column, "Callable[[Figures], str]"]]
"""Columns, and what stands in each of them."""


def show_scorecard(session: Session, answer: "ScorecardAnswer", asked: str) -> None:
    """Print the figures of each group and period, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    groups = [group for group in answer.groups if _tells(answer.per, group)]
    notes = _notes(session, answer)
    if not groups:
        show(session.say("no-acts"), *notes)
        return
    marks = Marks(session.formats, answer.floor)
    cells = _cells(session, answer.per, groups, marks)
    titles = [*dimensions(session, groups[0].by), *(each for each, _ in cells)]
    rows = [[*called(session, group.by), *(told(group) for _, told in cells)] for group in groups]
    show(table(titles, rows))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    show(*notes, session.say(f"how-to-read-scorecard-{answer.per}"))
    for group in groups:
        if group.behind:
            _show_behind(session, group, cells, answer.per)


def _notes(session: Session, answer: "ScorecardAnswer") -> list[str]:
    people = answer.model_copy(update={"overlapping": False}) if "person" in _by(answer) else answer
    notes = common_notes(session, people)
    if people is not answer:
        notes.append(session.say("counts-for-each"))
    if answer.undated_acts:
        number = session.formats.number(answer.undated_acts)
        notes.append(session.say("left-out-undated-acts", number=number))
    return notes


def _by(answer: "ScorecardAnswer") -> Sequence[str]:
    return tuple(answer.groups[0].by) if answer.groups else ()


def _tells(per: str, figures: "Figures") -> bool:
    """Whether there is anything to see in the columns of that period."""
    conversions = figures.conversions
    match per:
        case "week":
            made, held, missed = (getattr(figures.appointments, name) for name in ("made", "held", "missed"))
            return bool(figures.touchpoints or made or held or missed or figures.waiting)
        case "month":
            given = conversions.ae.n or conversions.bdr.n
            return bool(any(figures.leads.values()) or given or figures.contracts)
        case _:
            return figures.won > 0


def _cells(session: Session, per: str, groups: "Sequence[Figures]", marks: Marks) -> Cells:
    match per:
        case "week":
            return _activity(session, marks)
        case "month":
            return _leads(session, marks)
        case _:
            return _wins(session, groups)


def _activity(session: Session, marks: Marks) -> Cells:
    say, number = session.say, session.formats.number
    return (
        (Column(say("touchpoints"), right=True), lambda each: number(each.touchpoints)),
        (Column(say("touchpoints-by-kind")), lambda each: _kinds(session, each)),
        (Column(say("appointments-made"), right=True), lambda each: number(each.appointments.made)),
        (Column(say("appointments-held"), right=True), lambda each: number(each.appointments.held)),
        (
            Column(say("appointments-missed"), right=True, under=True),
            lambda each: number(each.appointments.missed),
        ),
        (Column(say("hours-to-touchpoint"), right=True), lambda each: marks.median(each.response_hours)),
        (Column(say("leads-waiting"), right=True, under=True), lambda each: number(each.waiting)),
    )


def _kinds(session: Session, figures: "Figures") -> str:
    formats = session.formats
    told = [
        session.say("kind-count", kind=formats.label("touchpoint_kind", kind), number=formats.number(count))
        for kind, count in figures.kinds.items()
    ]
    return formats.listed(told) or "–"


def _leads(session: Session, marks: Marks) -> Cells:
    say, number = session.say, session.formats.number

    def share(conversion: "Conversion") -> str:
        if conversion.rate is None:
            return "–"
        told = marks.share(conversion.rate, few=conversion.too_few)
        return say("share-of", share=told, reached=number(conversion.reached), number=number(conversion.n))

    return (
        (Column(say("leads-mql"), right=True), lambda each: number(each.leads["mql"])),
        (Column(say("leads-sql"), right=True, under=True), lambda each: number(each.leads["sql"])),
        (
            Column(say("leads-opportunity"), right=True, under=True),
            lambda each: number(each.leads["opportunity"]),
        ),
        (Column(say("mql-to-sql"), right=True), lambda each: share(each.conversions.mql_to_sql)),
        (
            Column(say("sql-to-opportunity"), right=True, under=True),
            lambda each: share(each.conversions.sql_to_opportunity),
        ),
        (Column(say("ae-won"), right=True), lambda each: share(each.conversions.ae)),
        (Column(say("bdr-won"), right=True, under=True), lambda each: share(each.conversions.bdr)),
        (Column(say("contracts-signed"), right=True), lambda each: number(each.contracts)),
        (
            Column(say("contracts-of-sql"), right=True, under=True),
            lambda each: share(each.conversions.signing),
        ),
    )


def _wins(session: Session, groups: "Sequence[Figures]") -> Cells:
    say, number = session.say, session.formats.number
    sums, names = all_sums(session.formats, (each.won_amounts for each in groups))

    def referrers(figures: "Figures") -> str:
        told = [say("kind-count", kind=each.referrer, number=number(each.deals)) for each in figures.referred]
        return session.formats.listed(told) or "–"

    return (
        (Column(say("won"), right=True), lambda each: number(each.won)),
        (column(say("won-amount"), names), lambda each: sums.lines(each.won_amounts, names) or "–"),
        (Column(say("bought-again"), right=True), lambda each: number(each.again.deals)),
        (Column(say("accounts-again"), right=True), lambda each: number(each.again.accounts)),
        (Column(say("referred-by")), referrers),
    )


def _show_behind(session: Session, group: "ScorecardGroup", cells: Cells, per: str) -> None:
    behind = [each for each in group.behind or () if _tells(per, each)]
    show(deals_table(session, behind, cells, named(session, group.by)))
