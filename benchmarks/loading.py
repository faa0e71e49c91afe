"""Loading a deal of twenty events: its state folded from the log, beside the plain library's `Aggregate`."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

from eventsourcing.application import Application

from benchmarks.figures import Figure, interleaved, ratios, seconds
from benchmarks.plain_deal import PlainDeal, plain_deal
from benchmarks.raw import ready
from benchmarks.stories import story
from engine.deals import Deals
from engine.settings import Settings

EVENTS = 20
DEALS = 100


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

        def load_plain(plain_id: UUID) -> PlainDeal:
            return application.repository.get(plain_id)

        def plain() -> float:
            return DEALS / seconds(lambda: load_each(load_plain, plain_ids))

        def ours() -> float:
            return DEALS / seconds(lambda: load_each(deals.deal, ids))

        rates = interleaved(plain, ours, rounds=21)
    application.close()
    yield Figure(
        path="load a deal of 20 events",
        against="eventsourcing's `Aggregate`",
        values=ratios(rates),
        unit="×",
        floor=3,
        goal=5,
        limit="validation and immutability. Reading twenty stored events back as validated values takes 57 % of the "
        "time (3 µs an event, no more than `json.loads` alone), folding them into frozen slices 27 %, SQLite 15 %.",
    )
    yield Figure(path="the same", values=[1_000 / rate for rate in rates[1]], unit="ms")


def load_each(load: Callable[[UUID], object], ids: Sequence[UUID]) -> None:
    """Load these one after the other, as commands do: none is kept, so none is looked at by the garbage collector."""
    for one in ids:
        load(one)


def _plain(path: Path) -> tuple[Application[UUID], list[UUID]]:
    application: Application[UUID] = Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    deals = [plain_deal(story(number, EVENTS)) for number in range(DEALS)]
    for deal in deals:
        application.save(deal)
    return application, [deal.id for deal in deals]
