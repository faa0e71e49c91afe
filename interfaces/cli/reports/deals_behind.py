"""The deals behind a group's figures, as a table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.group_names import grouping, value
from interfaces.cli.output import Column, Grid, table
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.report_answer import DealBehind


def deals_behind(session: Session, by: Mapping[str, str | None], behind: "Sequence[DealBehind]") -> Grid:
    """Each deal with how it ended."""
    formats = session.formats
    titles = [
        Column(session.say("deal"), whole=True),
        *(Column(session.say(each)) for each in ("title", "owner", "outcome", "kind")),
        *(Column(session.say(each), right=True) for each in ("closed", "amount")),
    ]
    rows = [
        (
            str(each.deal),
            each.title,
            each.owner or "–",
            formats.label("outcome", each.outcome),
            "–" if each.kind is None else formats.label("loss_kind", each.kind),
            "–" if each.closed_at is None else formats.day(each.closed_at.astimezone(session.zone).date()),
            "–" if each.amount is None else formats.money(each.amount.model_dump()),
        )
        for each in behind
    ]
    return table(titles, rows, title=group_title(session, by))


def group_title(session: Session, by: Mapping[str, str | None]) -> str | None:
    """What a group is, in words; None where all deals are in it."""
    told = [f"{grouping(session, each)}: {value(session, each, by[each])}" for each in by]
    return session.formats.listed(told) or None
