"""The figures about negotiations as tables, with what must be known to read them."""

from typing import TYPE_CHECKING

from interfaces.cli.bars import bars
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import show
from interfaces.cli.reports.dimensions import called, dimensions, named
from interfaces.cli.reports.discounts_details import by_offers, by_term, by_topic, negotiated_deals
from interfaces.cli.reports.marks import Marks
from interfaces.cli.reports.notes import common_notes
from interfaces.cli.session import Session
from interfaces.cli.sums import all_sums, column

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.negotiation.discounts_answer import DiscountsAnswer, DiscountsGroup

BAR = 10
"""Cells of the longest bar beside a discount."""


def show_discounts(session: Session, answer: "DiscountsAnswer", asked: str) -> None:
    """Print the figures of each group, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition, asked=asked))
    if not any(each.deals for each in answer.groups):
        show(session.say("no-deals"), *common_notes(session, answer))
        return
    if not any(map(_is_negotiated, answer.groups)):
        show(session.say("no-negotiation"), *common_notes(session, answer))
        return
    marks = Marks(session.formats, answer.floor)
    show(_offers(session, answer, marks), _prices(session, answer, marks), _given(session, answer))
    if len(answer.groups) == 1:
        (group,) = answer.groups
        show(*by_offers(session, group, marks), *by_term(session, group), *by_topic(session, group))
    if marks.any:
        show(session.say("too-few-behind", floor=answer.floor))
    show(*common_notes(session, answer), session.say("how-to-read-discounts"))
    for group in answer.groups:
        if group.behind:
            show(negotiated_deals(session, group.behind, named(session, group.by)))


def _is_negotiated(group: "DiscountsGroup") -> bool:
    concessions = group.concessions.given.number + group.concessions.received.number
    return bool(sum(group.offers.model_dump().values()) or concessions or group.objections)


def _offers(session: Session, answer: "DiscountsAnswer", marks: Marks) -> Grid:
    """How many offers it took, how often that won, and how long answers took."""
    formats = session.formats
    titles = [
        *dimensions(session, answer.groups[0].by),
        *(
            Column(session.say(each), right=True, under=each in {"counter-offers", "we-answer"})
            for each in (
                "deals",
                "with-offer",
                "win-rate",
                "offers",
                "counter-offers",
                "accepted",
                "rounds",
                "buyer-answers",
                "we-answer",
            )
        ),
    ]
    rows = [
        [
            *called(session, group.by),
            formats.number(group.deals),
            formats.number(group.with_offer),
            marks.share(group.win_rate_count, few=group.too_few),
            formats.number(group.offers.made),
            formats.number(group.counter_offers.made),
            formats.number(group.offers.accepted),
            marks.median(group.rounds),
            marks.median(group.answer_days.buyer),
            marks.median(group.answer_days.seller),
        ]
        for group in answer.groups
    ]
    return table(titles, rows, title=session.say("offers-and-answers"))


def _prices(session: Session, answer: "DiscountsAnswer", marks: Marks) -> Grid:
    """Discounts, with a bar for each, and what was given up of the first price."""
    groups = answer.groups
    sums, names = all_sums(session.formats, (group.conceded.amounts for group in groups))
    # A bar invites to rank, so there is none where too few deals are behind the figure.
    enough = [group.discount.n >= answer.floor for group in groups]
    lengths = bars(
        [group.discount.median if each else None for group, each in zip(groups, enough, strict=True)], BAR
    )
    titles = [
        *dimensions(session, answer.groups[0].by),
        Column(session.say("discount"), right=True),
        *([Column("", spare=True)] if len(groups) > 1 else []),
        *(Column(session.say(each), right=True) for each in ("discount-won", "discount-lost")),
        column(session.say("conceded"), names),
        Column(session.say("share-of-first"), right=True),
    ]
    rows = [
        [
            *called(session, group.by),
            marks.median_share(group.discount),
            *([length] if len(groups) > 1 else []),
            marks.median_share(group.discount_by_outcome.won),
            marks.median_share(group.discount_by_outcome.lost),
            sums.lines(group.conceded.amounts, names) or "–",
            marks.median_share(group.conceded.share),
        ]
        for group, length in zip(groups, lengths, strict=True)
    ]
    return table(titles, rows, title=session.say("prices"))


def _given(session: Session, answer: "DiscountsAnswer") -> Grid:
    """Concessions of both sides, and objections."""
    formats, groups = session.formats, answer.groups
    given, given_names = all_sums(formats, (group.concessions.given.values for group in groups))
    received, received_names = all_sums(formats, (group.concessions.received.values for group in groups))
    titles = [
        *dimensions(session, answer.groups[0].by),
        Column(session.say("given"), right=True),
        Column(session.say("given-in-return"), right=True, under=True),
        column(session.say("given-worth"), given_names),
        Column(session.say("received"), right=True),
        column(session.say("received-worth"), received_names),
        Column(session.say("objections"), right=True),
        *(Column(session.say(each), right=True, under=True) for each in ("settled", "resolved")),
    ]
    rows = [
        [
            *called(session, group.by),
            formats.number(group.concessions.given.number),
            formats.number(group.concessions.given.in_return),
            given.lines(group.concessions.given.values, given_names) or "–",
            formats.number(group.concessions.received.number),
            received.lines(group.concessions.received.values, received_names) or "–",
            *(
                formats.number(sum(getattr(each, name) for each in group.objections))
                for name in ("raised", "settled", "resolved")
            ),
        ]
        for group in groups
    ]
    return table(titles, rows, title=session.say("given-and-received"))
