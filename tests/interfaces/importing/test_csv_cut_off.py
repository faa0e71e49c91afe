"""An import that was cut off in the middle is started again, and nothing is there twice."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.errors import StoreBusy
from domain.event import Recorded
from engine.deals import Deals
from engine.settings import Settings
from tests.interfaces.importing.tables import NOW, Desk

HEADER = "id,name,stage,owner,amount,created,closed\n"
TABLE = HEADER + "".join(
    f"{n},Deal {n},Won,ann,{n},2026-03-02,2026-03-{n % 28 + 1:02}\n" for n in range(1_500)
)


class CutOff(Deals):
    """A store that takes one batch and no more."""

    batches = 0

    def record(self, events: Sequence[Recorded]) -> list[int]:
        self.batches += 1
        if self.batches > 1:
            raise StoreBusy("somebody else holds the store")
        return super().record(events)


def said(deals: Deals) -> set[tuple[object, ...]]:
    return {
        (each.event_id, each.occurred_at, each.precision, each.event.model_dump_json())
        for each in deals.feed(limit=10_000)
    }


def test_a_second_run_records_what_the_first_did_not(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path / 'cut.db'}")
    with CutOff(settings, clock=lambda: NOW) as deals, pytest.raises(StoreBusy):
        Desk(deals, tmp_path).take(TABLE)
    with Deals(settings, clock=lambda: NOW) as deals:
        begun = deals.head().position
        assert 0 < begun < 3_000
        versions = [each.version for each in deals.feed(limit=10_000, types={"DealOpened", "DealWon"})]
        assert versions.count(1) == versions.count(2)  # no row was split
        report = Desk(deals, tmp_path).take(TABLE)
        assert report.recorded + begun == 3_001
        with Deals(Settings(store="memory:"), clock=lambda: NOW) as whole:
            Desk(whole, tmp_path).take(TABLE)
            assert said(deals) == said(whole)
