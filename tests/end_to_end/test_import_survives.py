"""An import that is killed, or finds the disk full, leaves a store that takes the same import again."""

import io
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from subprocess import PIPE, Popen
from time import sleep
from typing import Any

import pytest

from engine.deals import Deals
from engine.settings import Settings
from engine.verify import verify
from interfaces.exporting import export_history
from interfaces.importing.history.importing import import_history

EVENTS_OF_A_DEAL = 25


@pytest.fixture(scope="module")
def long_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deals told by time, all mixed, each fact with the time at which its source knew it; more than one transaction."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    lines = []
    for nth in range(EVENTS_OF_A_DEAL):
        for deal in range(300):
            at = (start + timedelta(hours=nth, seconds=deal)).isoformat()
            told: tuple[str, dict[str, Any]] = ("DealNoteAdded", {"text": f"note {nth // 3}"})
            if nth == 0:
                told = ("DealOpened", {"title": f"Deal {deal}", "owner": "li.lei"})
            lines.append(
                {
                    "source": "acme-crm",
                    "deal": str(deal),
                    "at": at,
                    "source_recorded_at": at,
                    "type": told[0],
                    "data": told[1],
                }
            )
    path = tmp_path_factory.mktemp("history") / "history.ndjson"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def undisturbed(long_history: Path) -> list[str]:
    """What a store exports that took the history in peace."""
    with Deals(Settings(store="memory:")) as deals:
        import_history(long_history, deals)
        return exported(deals)


def exported(deals: Deals) -> list[str]:
    out = io.StringIO()
    export_history(deals, out)
    # The pipeline is known since the import, whenever that was.
    return [line for line in out.getvalue().splitlines() if '"PipelineDefined"' not in line]


def importing(repository: Path, *arguments: str) -> Popen[str]:
    command: Sequence[str] = (sys.executable, "-m", "tests.end_to_end.killed_import", *arguments)
    return Popen(command, cwd=repository, stdout=PIPE, text=True)


def wait_for_first_batch(program: Popen[str], store: Path) -> None:
    """Until there is more in the store than the pipeline's definition."""
    assert program.stdout is not None
    program.stdout.readline()
    with Deals(Settings(store=f"sqlite:///{store}")) as deals:
        while deals.head().position <= 1 and program.poll() is None:
            sleep(0.001)


def test_an_import_killed_at_any_moment_is_finished_by_the_next_without_doubling(
    repository: Path, tmp_path: Path, long_history: Path, undisturbed: list[str], torture: bool
) -> None:
    chance = Random(17)
    cut = 0
    for round_ in range(100 if torture else 4):
        store = tmp_path / f"{round_}.db"
        with importing(repository, str(store), str(long_history)) as program:
            wait_for_first_batch(program, store)
            program.kill()
        with Deals(Settings(store=f"sqlite:///{store}")) as deals:
            cut += 1 < deals.head().position < len(undisturbed)
        with importing(repository, str(store), str(long_history)) as program:
            assert program.stdout is not None
            program.stdout.readline()
            sleep(chance.uniform(0, 0.8))
            program.kill()
        with Deals(Settings(store=f"sqlite:///{store}")) as deals:
            verify(deals.store)
            report = import_history(long_history, deals)
            assert report.recorded + report.unchanged == report.read
            verify(deals.store)
            told = exported(deals)
        # Deals stand in the order in which they were first recorded, and that is the file's.
        assert told == undisturbed
    assert cut > 0


def test_a_full_disk_ends_an_import_cleanly_and_it_goes_on_when_there_is_room(
    repository: Path, tmp_path: Path, long_history: Path, undisturbed: list[str]
) -> None:
    store = tmp_path / "full.db"
    with importing(repository, str(store), str(long_history), "900000") as program:
        program.communicate()
    assert program.returncode == 6
    with Deals(Settings(store=f"sqlite:///{store}")) as deals:
        verify(deals.store)
        assert deals.head().position < len(undisturbed)
        import_history(long_history, deals)
        verify(deals.store)
        assert exported(deals) == undisturbed
