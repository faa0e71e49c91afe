"""The deals behind a group's figures, as a table."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from interfaces.cli.deal_names import deal_names
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.reports.dimensions import named
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from datetime import datetime
    from uuid import UUID

    from projections.asking.amounts import Amount
    from projections.asking.report_answer import DealBehind


class OneDeal(Protocol):
    """What every report tells of a deal."""

    @property
    def deal(self) -> "UUID": ...
    @property
    def title(self) -> str: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def outcome(self) -> str: ...


D = TypeVar("D", bound=OneDeal)

Cell = tuple[Column, Callable[[D], str]]
"""A column, and what stands in it of a deal."""


def deals_table(session: Session, behind: Sequence[D], cells: Sequence[Cell[D]], title: str | None) -> Grid:
    """A row for each deal: its name, title, owner and outcome, then the report's own `cells`."""
    names = deal_names(session, (each.deal for each in behind))
    titles = [
        Column(session.say("deal"), whole=True),
        Column(session.say("title")),
        Column(session.say("owner"), under=True),
        Column(session.say("outcome")),
        *(column for column, _ in cells),
    ]
    rows = [
        (
            names[each.deal],
            each.title,
            each.owner or "–",
            session.formats.label("outcome", each.outcome),
            *(told(each) for _, told in cells),
        )
        for each in behind
    ]
    return table(titles, rows, title=title)


def deals_behind(session: Session, by: Mapping[str, str | None], behind: "Sequence[DealBehind]") -> Grid:
    """Each deal with how it ended."""
    cells: list[Cell[DealBehind]] = [
        (
            Column(session.say("kind"), under=True),
            lambda each: "–" if each.kind is None else session.formats.label("loss_kind", each.kind),
        ),
        (Column(session.say("closed"), right=True), lambda each: on_day(session, each.closed_at)),
        (Column(session.say("amount"), right=True, under=True), lambda each: money(session, each.amount)),
    ]
    return deals_table(session, behind, cells, named(session, by))


def on_day(session: Session, at: "datetime | None") -> str:
    """The day of an instant in the reader's zone; a dash where there is none."""
    return "–" if at is None else session.formats.day(at.astimezone(session.zone).date())


def money(session: Session, amount: "Amount | None") -> str:
    """An amount with its currency; a dash where there is none."""
    return "–" if amount is None else session.formats.money(amount.model_dump())
