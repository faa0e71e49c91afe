"""A command line with a store of its own."""

from pathlib import Path

import pytest

from tests.interfaces.command_line import CommandLine


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """`dealtrail` in an empty folder: its store is made there by the first command that records."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEALTRAIL_STORE", f"sqlite:///{tmp_path / 'deals.db'}")
    return CommandLine(capsys)
