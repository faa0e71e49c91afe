"""What is told of one group's negotiations beside its figures: by number of offers, term, topic and deal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.bars import bar
from interfaces.cli.formats import Formats
from interfaces.cli.output import Column, Grid, table
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.amounts import Amount
    from projections.discounts_answer import DiscountsGroup, NegotiatedDeal


def by_offers(session: Session, group: "DiscountsGroup", marks: Marks) -> list[Grid]:
    """How often deals were won, by the number of offers in them."""
    formats = session.formats
    titles = [
        *(
            Column(session.say(each), right=True)
            for each in ("offers", "deals", "won", "lost", "open", "win-rate")
        ),
        Column(""),
    ]
    rows = [
        [
            *(formats.number(each) for each in (row.offers, row.deals, row.won, row.lost, row.open)),
            marks.share(row.win_rate_count, few=row.too_few),
            "" if row.too_few else bar(row.win_rate_count, 1),
        ]
        for row in group.by_offers
    ]
    return [table(titles, rows, title=session.say("ended-by-offers"))] if rows else []


def by_term(session: Session, group: "DiscountsGroup") -> list[Grid]:
    """Concessions of both sides, by what they were about."""
    formats = session.formats
    titles = [
        Column(session.say("term")),
        *(Column(session.say(each), right=True) for each in ("given", "given-in-return", "received")),
    ]
    rows = [
        [
            formats.label("term", each.term),
            *(formats.number(number) for number in (each.given, each.given_in_return, each.received)),
        ]
        for each in group.concessions.terms
    ]
    return [table(titles, rows, title=session.say("conceded-by-term"))] if rows else []


def by_topic(session: Session, group: "DiscountsGroup") -> list[Grid]:
    """Objections by what they were about, and what became of them."""
    formats = session.formats
    titles = [
        Column(session.say("topic")),
        *(Column(session.say(each), right=True) for each in ("objections", "settled", "resolved")),
    ]
    rows = [
        [
            session.say("never-raised")
            if each.topic is None
            else formats.label("objection_topic", each.topic),
            *(formats.number(number) for number in (each.raised, each.settled, each.resolved)),
        ]
        for each in group.objections
    ]
    return [table(titles, rows, title=session.say("objections-by-topic"))] if rows else []


def deals_behind(session: Session, behind: "Sequence[NegotiatedDeal]", title: str | None) -> Grid:
    """Each deal with its own offers, prices and concessions."""
    formats = session.formats
    titles = [
        Column(session.say("deal"), whole=True),
        *(Column(session.say(each)) for each in ("title", "owner", "outcome")),
        *(
            Column(session.say(each), right=True)
            for each in (
                "offers",
                "rounds",
                "list-price",
                "first-price",
                "last-price",
                "accepted-price",
                "discount",
                "given",
                "received",
                "objections",
            )
        ),
    ]
    rows = [
        (
            str(each.deal),
            each.title,
            each.owner or "–",
            formats.label("outcome", each.outcome),
            formats.number(each.offers),
            formats.number(each.rounds),
            *(
                _money(formats, price)
                for price in (each.list_price, each.first_price, each.last_price, each.accepted_price)
            ),
            formats.share(each.discount),
            *(formats.number(number) for number in (each.given, each.received, each.raised)),
        )
        for each in behind
    ]
    return table(titles, rows, title=title)


def _money(formats: Formats, amount: "Amount | None") -> str:
    return "–" if amount is None else formats.money(amount.model_dump())
