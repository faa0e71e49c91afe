"""`deal replay` as a user meets it: in a pipe, as JSON, and on a terminal of their own."""

import json
import os
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from rich.cells import cell_len

from tests.interfaces.command_line import CommandLine

if sys.platform == "win32":
    pytest.skip("a pseudo terminal is a thing of POSIX", allow_module_level=True)

import fcntl
import pty
import select
import termios

TOLD = ("--by", "li.lei")
DEALTRAIL = str(Path(sys.executable).with_name("dealtrail"))
OWN_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Makes standard input the terminal that Ctrl-C comes from, then becomes the command."""
WIDE = "温州阀门 · 质检相机"


@pytest.fixture
def deal(run: CommandLine) -> str:
    """Opened, moved twice, revised and lost, on five days of March."""
    run.well(
        *("deal", "open", WIDE, "--owner", "li.lei", "--amount", "290000 CNY"),
        *("--external", "crm:D-1", "--at", "2026-03-02T09:00", *TOLD),
    )
    for day, *words in (
        (3, "stage", "crm:D-1", "qualification"),
        (10, "stage", "crm:D-1", "meeting"),
        (17, "amount", "crm:D-1", "276000 CNY"),
        (24, "lose", "crm:D-1", "no-decision", "--cause", "budget-cut"),
    ):
        run.well("deal", *words, "--at", f"2026-03-{day:02}T09:00", *TOLD)
    return "crm:D-1"


def test_a_pipe_gets_plain_lines_with_the_state_beside_each_event(run: CommandLine, deal: str) -> None:
    out = run.well("deal", "replay", deal).out
    assert "\x1b" not in out
    assert "Event 2 of 5 · 3 Mar 2026 09:00 · li.lei" in out
    assert "  Amount revised: CN¥290,000.00 → CN¥276,000.00" in out
    beside = [line for line in out.splitlines() if "Beside it" in line]
    assert len(beside) == 5
    assert beside[3].endswith("Stage: Meeting · Amount: CN¥276,000.00 · Outcome: Open")


def test_in_chinese_too(run: CommandLine, deal: str) -> None:
    out = run.well("deal", "replay", deal, "--lang", "zh-CN").out
    assert "第 3 个事件，共 5 个 · 2026年3月10日 09:00 · li.lei" in out
    assert "当时状态：" in out


def test_programs_get_every_step_with_what_it_changed(run: CommandLine, deal: str) -> None:
    steps = run.well("deal", "replay", deal, "-o", "json").json
    assert [step["type"] for step in steps][-2:] == ["DealAmountRevised", "DealLost"]
    assert steps[2]["changes"] == [{"field": "stage", "before": "qualification", "after": "meeting"}]
    assert steps[3]["state"]["amount"] == {"amount": "276000", "currency": "CNY"}
    assert run.well("deal", "replay", deal, "-o", "ndjson").lines == steps


def test_it_ends_where_the_question_does(run: CommandLine, deal: str) -> None:
    steps = run.well("deal", "replay", deal, "--as-of", "2026-03-10", "-o", "json").json
    assert [step["step"] for step in steps] == [1, 2, 3]
    nothing = run.well("deal", "replay", deal, "--as-of", "2026-03-01").out
    assert "Nothing was known of this deal by then." in nothing


def test_a_deal_that_is_not_there_is_not_found(run: CommandLine, deal: str) -> None:
    assert run("deal", "replay", "crm:D-9").code == 3


class Terminal:
    """A terminal with `dealtrail deal replay` in it."""

    def __init__(self, deal: str, *words: str, width: int = 100, height: int = 24) -> None:
        self.side, self._theirs = pty.openpty()
        self.resize(width, height)
        self.before = termios.tcgetattr(self._theirs)
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN_TERMINAL, DEALTRAIL, "deal", "replay", deal, *words],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env=_environment(),
            start_new_session=True,
        )
        self.said = ""

    def resize(self, width: int, height: int) -> None:
        self.height = height
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def shows(self, wanted: str, *keys: str) -> str:
        """Press the keys, one by one; the whole frame in which the words are at last."""
        for key in keys:
            os.write(self.side, key.encode())
        until = monotonic() + 20
        while monotonic() < until:
            frame = self.said.rpartition("\x1b[H")[2]
            text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", frame).replace("\r", "")
            if wanted in text and text.count("\n") == self.height - 1:
                return text
            ready, _, _ = select.select([self.side], [], [], 0.1)
            if ready:
                self.said += os.read(self.side, 65536).decode(errors="replace")
        raise AssertionError(f"{wanted!r} is not shown, but: {self.said[-2000:]!r}")

    def ended(self) -> int:
        """The exit code; the rest of what was said is in `said`."""
        code = self.process.wait(20)
        while select.select([self.side], [], [], 0.1)[0]:
            self.said += os.read(self.side, 65536).decode(errors="replace")
        return code

    def is_as_before(self) -> bool:
        """Whether the terminal echoes, takes lines and shows its own screen and cursor again."""
        same = termios.tcgetattr(self._theirs) == self.before
        return same and self.said.rstrip().endswith(("\x1b[?1049l\x1b[?25h", "\x1b[?25h\x1b[?1049l"))

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.side)
        os.close(self._theirs)


def _environment() -> dict[str, str]:
    """That of the test, but for what would tell another size than the terminal's own."""
    told = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**told, "TERM": "xterm-256color", "NO_COLOR": "1"}


@pytest.fixture
def terminal(deal: str) -> Iterator[Terminal]:
    opened = Terminal(deal)
    yield opened
    opened.close()


def test_arrows_lead_forward_and_back_and_q_out(terminal: Terminal) -> None:
    terminal.shows("Event 1 of 5")
    terminal.shows("Event 3 of 5", "\x1b[C", " ")
    frame = terminal.shows("Event 2 of 5", "\x1b[D")
    assert "Stage changed: Prospecting → Lead qualification" in frame
    assert "▸ Stage" in frame
    terminal.shows("Event 5 of 5", "\x1b[F")
    terminal.shows("This is the last event.", "n")
    terminal.shows("Event 1 of 5", "\x1bOH")
    os.write(terminal.side, b"q")
    assert terminal.ended() == 0
    assert terminal.is_as_before()


def test_g_leads_to_a_date_and_says_what_is_none(terminal: Terminal) -> None:
    terminal.shows("Event 1 of 5")
    terminal.shows("Go to", "g")
    terminal.shows("'soon' is no time", *"soon\r")
    terminal.shows("Event 3 of 5", *"\x7f\x7f\x7f\x7f2026-03-12\r")
    assert "As it was on 12 Mar 2026." in terminal.shows("As it was on")
    terminal.shows("Nothing had happened yet on 1 Jan 2020", *"g2020-01-01\r")


def test_ctrl_c_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.shows("Event 1 of 5")
    os.write(terminal.side, b"\x03")
    assert terminal.ended() == 130
    assert terminal.is_as_before()


def test_so_does_a_kind_signal(terminal: Terminal) -> None:
    terminal.shows("Event 1 of 5")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ended() == 130
    assert terminal.is_as_before()


def test_a_terminal_that_changes_its_size_is_drawn_again(terminal: Terminal) -> None:
    terminal.shows("Event 1 of 5")
    terminal.resize(40, 12)
    frame = terminal.shows("→ ← g a q")
    assert [cell_len(line) for line in frame.split("\n")] == [40] * 12


def test_with_a_speed_it_plays_by_itself_to_the_end(deal: str) -> None:
    playing = Terminal(deal, "--speed", "20")
    try:
        playing.shows("This is the last event.")
        playing.shows("Event 4 of 5", "b")
    finally:
        playing.close()


def test_json_is_plain_on_a_terminal_too(deal: str) -> None:
    plain = Terminal(deal, "-o", "ndjson")
    try:
        assert plain.ended() == 0
        assert [json.loads(line)["step"] for line in plain.said.splitlines()] == [1, 2, 3, 4, 5]
    finally:
        plain.close()
