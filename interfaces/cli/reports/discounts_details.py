"""What is told of one group's negotiations beside its figures: by number of offers, term, topic and deal."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.bars import bar
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.reports.deals_behind import deals_table, money
from interfaces.cli.reports.marks import Marks
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.negotiation.discounts_answer import DiscountsGroup, NegotiatedDeal


def by_offers(session: Session, group: "DiscountsGroup", marks: Marks) -> list[Grid]:
    """How often deals were won, by the number of offers in them."""
    formats = session.formats
    titles = [
        *(
            Column(session.say(each), right=True)
            for each in ("offers", "deals", "won", "lost", "open", "win-rate")
        ),
        Column("", spare=True),
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


def negotiated_deals(session: Session, behind: "Sequence[NegotiatedDeal]", title: str | None) -> Grid:
    """Each deal with its own offers, prices and concessions."""
    number = session.formats.number
    told: dict[str, Callable[[NegotiatedDeal], str]] = {
        "offers": lambda each: number(each.offers),
        "rounds": lambda each: number(each.rounds),
        "list-price": lambda each: money(session, each.list_price),
        "first-price": lambda each: money(session, each.first_price),
        "last-price": lambda each: money(session, each.last_price),
        "accepted-price": lambda each: money(session, each.accepted_price),
        "discount": lambda each: session.formats.share(each.discount),
        "given": lambda each: number(each.given),
        "received": lambda each: number(each.received),
        "objections": lambda each: number(each.raised),
    }
    cells = [(Column(session.say(heading), right=True), each) for heading, each in told.items()]
    return deals_table(session, behind, cells, title)
