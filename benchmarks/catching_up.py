"""Catching up: the read models built from the log of a store, pages of 5,000 events. A note, no target."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.big_store import fill
from benchmarks.figures import Figure, seconds
from benchmarks.stories import EVENTS
from engine.deals import Deals
from engine.settings import Settings
from projections.catalogue import PROJECTIONS
from projections.running.projection import Projection
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DealStates

DEALS = 400
ROUNDS = 5


def figures(folder: Path) -> Iterator[Figure]:
    """deal_states alone, then all projections together."""
    with Deals(Settings(store=f"sqlite:///{folder / 'deals.db'}")) as deals:
        fill(deals, DEALS)
        for path, projections in (
            ("`deal_states`", [DealStates()]),
            ("all read models together", PROJECTIONS),
        ):
            rates = [_rate(deals, folder / "views.db", projections) for _ in range(ROUNDS)]
            yield Figure(path=path, values=rates, unit="events/s")


def _rate(deals: Deals, place: Path, projections: Sequence[Projection]) -> float:
    with Views.open(deals, f"sqlite:///{place}") as views:
        rate = DEALS * EVENTS / seconds(lambda: catch_up(views, deals, projections))
    for left in place.parent.glob(f"{place.name}*"):
        left.unlink()
    return rate
