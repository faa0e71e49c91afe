"""An import that was cut off in the middle is started again, and nothing is there twice."""

from pathlib import Path

import pytest

from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.table.importing import import_csv
from tests.interfaces.importing.tables import NOW, Desk, mapping

HEADER = "id,name,stage,owner,amount,created,closed\n"
TABLE = HEADER + "".join(
    f"{n},Deal {n},Won,ann,{n},2026-03-02,2026-03-{n % 28 + 1:02}\n" for n in range(3_000)
)


def interrupt(told: str, done: int, of: int) -> None:
    """Somebody loses patience when half of the rows are recorded."""
    if told == "Recording" and done * 2 > of:
        raise KeyboardInterrupt


def said(deals: Deals) -> set[tuple[object, ...]]:
    return {
        (each.event_id, each.occurred_at, each.precision, each.event.model_dump_json())
        for each in deals.feed(limit=10_000)
    }


def test_a_second_run_records_what_the_first_did_not(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:///{tmp_path / 'cut.db'}")
    with Deals(settings, clock=lambda: NOW) as deals, pytest.raises(KeyboardInterrupt):
        import_csv(Desk(deals, tmp_path).write(TABLE), deals, mapping(), progress=interrupt)
    with Deals(settings, clock=lambda: NOW) as deals:
        begun = deals.head().position
        assert 0 < begun < 6_000
        versions = [each.version for each in deals.feed(limit=10_000, types={"DealOpened", "DealWon"})]
        assert versions.count(1) == versions.count(2)  # no row was split
        report = Desk(deals, tmp_path).take(TABLE)
        assert report.recorded + begun == 6_001
        with Deals(Settings(store="memory:"), clock=lambda: NOW) as whole:
            Desk(whole, tmp_path).take(TABLE)
            assert said(deals) == said(whole)
