"""Loading a deal of twenty events: its state folded from the log, beside the plain library's `Aggregate`."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.figures import Figure, interleaved, ratios, seconds
from benchmarks.raw import ready
from benchmarks.stories import story
from domain.deal.life import DealOpened
from engine.deals import Deals
from engine.settings import Settings

EVENTS = 20
DEALS = 100


class PlainDeal(Aggregate):
    """A deal as the plain library's tutorial would write it: the same facts, one method an event."""

    @event("Opened")
    def __init__(self, title: str, owner: str, stage: str, amount: str, currency: str, closes: str) -> None:
        self.title, self.owner, self.stage = title, owner, stage
        self.amount, self.currency, self.closes = amount, currency, closes
        self.segment: dict[str, str] = {}
        self.notes: list[str] = []

    @event("StageChanged")
    def change_stage(self, to_stage: str) -> None:
        self.stage = to_stage

    @event("AmountRevised")
    def revise_amount(self, amount: str, currency: str) -> None:
        self.amount, self.currency = amount, currency

    @event("CloseMoved")
    def move_close(self, closes: str) -> None:
        self.closes = closes

    @event("NoteAdded")
    def add_note(self, text: str) -> None:
        self.notes.append(text)


def figures(folder: Path) -> Iterator[Figure]:
    """The row."""
    plain_deals = _plain(folder / "plain.db")
    with Deals(Settings(store=f"sqlite:///{folder / 'deals.db'}")) as deals:
        ids = []
        for number in range(DEALS):
            told = story(number, EVENTS)
            deals.store.append(ready(iter([told])))
            ids.append(told[0].stream_id)
        application, plain_ids = plain_deals

        def plain() -> float:
            return DEALS / seconds(lambda: [application.repository.get(plain_id) for plain_id in plain_ids])

        def ours() -> float:
            return DEALS / seconds(lambda: [deals.deal(stream) for stream in ids])

        rates = interleaved(plain, ours)
    application.close()
    yield Figure(
        path="load a deal of 20 events",
        against="eventsourcing's `Aggregate`",
        values=ratios(rates),
        unit="×",
        floor=3,
        goal=5,
        limit="",
    )
    yield Figure(path="the same", values=[1_000 / rate for rate in rates[1]], unit="ms")


def _plain(path: Path) -> tuple[Application[UUID], list[UUID]]:
    application: Application[UUID] = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    ids = []
    for number in range(DEALS):
        deal = _told(number)
        application.save(deal)
        ids.append(deal.id)
    return application, ids


def _told(number: int) -> PlainDeal:
    """A deal of twenty events: its opening, then a change of every kind in turn."""
    opening = story(number, 1)[0].event
    assert isinstance(opening, DealOpened)
    deal = PlainDeal(
        title=opening.title,
        owner=str(opening.owner),
        stage=str(opening.stage),
        amount="1000",
        currency="USD",
        closes=date(2026, 3, 1).isoformat(),
    )
    for nth in range(EVENTS - 1):
        match nth % 4:
            case 0:
                deal.add_note(
                    text="Called back; they compare two offers and decide next week. 客户下周回复。"
                )
            case 1:
                deal.change_stage(to_stage="proposal")
            case 2:
                deal.revise_amount(amount=str(nth * 1000), currency="EUR")
            case _:
                deal.move_close(closes=date(2026, 1 + nth % 12, 1).isoformat())
    return deal
