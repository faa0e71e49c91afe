"""The negotiation of one deal for people: a rung for each step, and where it stands."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from rich.text import Text

from interfaces.cli.deal_names import deal_names
from interfaces.cli.grid import Column, Grid, plain, table
from interfaces.cli.ladder_words import LadderWords
from interfaces.cli.output import fits, show
from interfaces.cli.session import Session
from interfaces.cli.sums import Sums, all_sums, column
from projections.asking.amounts import Amount
from projections.negotiation.ladder_answer import AnyStep, Ladder, OfferStep

TRACK = 13
"""Cells from the lowest to the highest price of a negotiation."""
TOLD = 36
"""Cells that what happened is told in at least; with fewer the figures stand below it."""
MARKS = {"seller": "●", "buyer": "○"}


def show_ladder(session: Session, ladder: Ladder) -> None:
    """Print every step, then where the negotiation stands."""
    title = session.say(
        "ladder-title", title=ladder.title or "–", deal=deal_names(session, [ladder.deal])[ladder.deal]
    )
    if all(each.kind == "outcome" for each in ladder.steps):
        show(title, session.say("ladder-empty"))
        return
    words, tracks = LadderWords(session), _tracks(ladder)
    rungs = _rungs(session, ladder, words, tracks, title)
    show(rungs if fits(rungs) else _narrow_rungs(session, ladder, words, tracks, title))
    if tracks:
        show(session.say("ladder-marks"))
    facts = [(session.say(name), told) for name, told in _facts(session, ladder, words) if told]
    show(table([Column(""), Column("")], facts, title=session.say("ladder-stands")))


def _rungs(session: Session, ladder: Ladder, words: LadderWords, tracks: dict[int, str], title: str) -> Grid:
    offers = [each for each in ladder.steps if isinstance(each, OfferStep)]
    named = [[amount] for each in offers for amount in (each.price, each.change) if amount is not None]
    sums, names = all_sums(session.formats, named)
    titles = [
        Column(session.say("round"), right=True),
        Column(session.say("when"), whole=True),
        Column(session.say("side")),
        Column(session.say("what"), least=TOLD),
        column(session.say("price"), names),
        Column(session.say("off-list"), right=True),
        Column(session.say("change"), right=True),
        *([Column("", whole=True)] if tracks else []),
    ]
    rows = [
        [
            *_head(session, each, words),
            *_prices(session, each, sums, names),
            *([tracks.get(each.version, "")] if tracks else []),
        ]
        for each in ladder.steps
    ]
    return table(titles, rows, title=title)


def _narrow_rungs(
    session: Session, ladder: Ladder, words: LadderWords, tracks: dict[int, str], title: str
) -> Grid:
    """The same where there is no room for columns of figures: they stand below what happened."""
    titles = [
        Column(session.say("when"), whole=True),
        Column(session.say("side"), whole=True),
        Column(session.say("what")),
    ]

    rows = [_head(session, each, words, _told_prices(session, each, tracks))[1:] for each in ladder.steps]
    return table(titles, rows, title=title)


def _told_prices(session: Session, step: AnyStep, tracks: dict[int, str]) -> Iterator[str]:
    """The figures of an offer in words, the last line where its price lies."""
    if not isinstance(step, OfferStep):
        return
    named = [[each] for each in (step.price, step.change) if each is not None]
    sums, names = all_sums(session.formats, named)
    price, off, change = _prices(session, step, sums, names)
    titles = [session.say("round"), column(session.say("price"), names).title]
    titles += [session.say("off-list"), session.say("change")]
    told = [
        session.say("is", what=what, value=value) if value else ""
        for what, value in zip(titles, [session.formats.number(step.round), price, off, change], strict=True)
    ]
    yield session.formats.listed(list(filter(None, told[:2])))
    yield session.formats.listed(list(filter(None, told[2:])))
    yield tracks.get(step.version, "")


def _head(
    session: Session, step: AnyStep, words: LadderWords, figures: Iterable[str] = ()
) -> list[str | Text]:
    """The round, when, who, and what happened: first that, then the `figures`, then what there is to know of it."""
    round_ = str(step.round) if isinstance(step, OfferStep) else ""
    first, *further = words.what(step)
    what = Text(plain(first), style="bold" if isinstance(step, OfferStep) else "")
    for line in filter(None, [*figures, *further]):
        what.append("\n  " + plain(line).replace("\n", "\n    "), style="not bold")
    return [round_, session.formats.happened(step.at, step.precision), words.who(step), what]


def _prices(session: Session, step: AnyStep, sums: Sums, names: Sequence[str]) -> list[str]:
    if not isinstance(step, OfferStep):
        return ["", "", ""]
    price = "" if step.price is None else sums.lines([step.price], names)
    off = "" if step.discount is None else session.formats.share(step.discount)
    change = "" if step.change is None or not Decimal(step.change.amount) else sums.signed(step.change.amount)
    return [price, off, change]


def _tracks(ladder: Ladder) -> dict[int, str]:
    """Where the price of each offer (by version) lies between the lowest and the highest; of one currency."""
    priced = [
        (each.version, each.side, each.price)
        for each in ladder.steps
        if isinstance(each, OfferStep) and each.price is not None
    ]
    amounts = [Decimal(price.amount) for _, _, price in priced]
    if len({price.currency for _, _, price in priced}) != 1 or min(amounts) == max(amounts):
        return {}
    low, high = min(amounts), max(amounts)

    def track(side: str, price: Amount) -> str:
        place = round((Decimal(price.amount) - low) / (high - low) * (TRACK - 1))
        return "·" * place + MARKS[side] + "·" * (TRACK - 1 - place)

    return {version: track(side, price) for version, side, price in priced}


def _facts(session: Session, ladder: Ladder, words: LadderWords) -> Iterator[tuple[str, str]]:
    """What there is to say of the end, each under the name of its sentence; empty where there is nothing."""
    stands, formats = ladder.stands, session.formats
    outcomes = [each.outcome for each in ladder.steps if each.kind == "outcome"]
    yield "outcome", formats.label("outcome", outcomes[-1]) if outcomes else ""
    yield "rounds", formats.number(stands.rounds) if stands.rounds else ""
    yield "list-price", words.money(stands.list_price)
    yield "first-price", words.money(stands.first_price)
    yield "last-price", words.money(stands.last_price)
    yield "their-price", words.money(stands.their_price)
    yield "accepted-price", words.money(stands.accepted_price)
    yield "gap", words.money(stands.gap)
    yield "discount", "" if stands.discount is None else formats.share(stands.discount)
    if stands.conceded is not None:
        amount = words.money(stands.conceded)
        of_first = formats.share(stands.conceded_share)
        yield "conceded", session.say("of-the-first-offer", amount=amount, share=of_first)
    yield "target-price", words.money(stands.target)
    if stands.floor is not None:
        sentence = "below-the-floor" if stands.below_floor else "not-below-the-floor"
        yield "floor-price", session.say(sentence, amount=words.money(stands.floor))
    if stands.given or stands.received:
        given, traded, received = map(formats.number, (stands.given, stands.given_in_return, stands.received))
        yield "concessions", session.say("gave-and-got", given=given, traded=traded, received=received)
    yield "unanswered", words.pending(stands.offers)
    yield "unsettled", words.pending(stands.objections)
    yield "undecided", words.pending(stands.approvals)
