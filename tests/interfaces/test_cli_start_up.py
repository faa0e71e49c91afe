"""Nobody waits for what they do not use: heavy modules are imported by the commands that need them."""

import subprocess
import sys
from pathlib import Path

import pytest

from interfaces.cli.main import COMMANDS

IMPORTED = (
    "import sys; from interfaces.cli.main import main; code = main(sys.argv[1:]); "
    "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)"
)


def _imported(repository: Path, *words: str) -> set[str]:
    """The modules that a command has imported when it is done."""
    command = [sys.executable, "-c", IMPORTED, *words]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def test_help_waits_for_nothing_heavy(repository: Path) -> None:
    imported = _imported(repository, "--help")
    assert imported & {"sqlalchemy", "eventsourcing", "babel", "pydantic", "sqlite3"} == set()
    assert imported & {module for _, module, _ in COMMANDS} == set()


@pytest.mark.parametrize("words", [["store", "info"], ["stages", "show", "funnel"]], ids=" ".join)
def test_what_asks_no_read_model_does_not_wait_for_sqlalchemy(repository: Path, words: list[str]) -> None:
    run = ["--store", "memory:", *words]
    assert "sqlalchemy" not in _imported(repository, *run)


def test_what_asks_a_read_model_imports_sqlalchemy(repository: Path) -> None:
    assert "sqlalchemy" in _imported(repository, "--store", "memory:", "pipeline")


def test_read_models_in_a_file_wait_for_no_driver_of_postgresql(repository: Path) -> None:
    imported = _imported(repository, "--store", "memory:", "deal", "list")
    assert imported & {"sqlalchemy.dialects.postgresql", "psycopg"} == set()


def test_a_list_of_deals_waits_for_no_verb(repository: Path) -> None:
    imported = _imported(repository, "--store", "memory:", "deal", "list")
    assert (
        imported & {"interfaces.cli.verbs", "interfaces.cli.deal_commands", "projections.one_deal.audit"}
        == set()
    )


def test_only_a_picture_waits_for_matplotlib(repository: Path) -> None:
    assert "matplotlib" not in _imported(repository, "--store", "memory:", "pipeline")
    assert "matplotlib" not in _imported(repository, "--store", "memory:", "report", "funnel")
