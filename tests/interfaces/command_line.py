"""Runs the command line inside the test: words in, exit code and both streams out."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from interfaces.cli.main import main


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever it printed
        """What it printed as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """What it printed as NDJSON."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class CommandLine:
    """`dealtrail`, with what the streams got since the last time."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: object) -> Done:
        """Run `dealtrail` with these words."""
        self.capsys.readouterr()
        code = main([str(word) for word in words])
        said = self.capsys.readouterr()
        return Done(code, said.out, said.err)

    def well(self, *words: object) -> Done:
        """Run it, and it works."""
        done = self(*words)
        assert done.code == 0, done.err
        return done

    def opened(self, title: str, *words: object) -> str:
        """Open a deal and return its id."""
        done = self.well("deal", "open", title, "--by", "li.lei", "-o", "json", *words)
        return str(done.json[0]["stream_id"])


Run = Callable[..., Done]
