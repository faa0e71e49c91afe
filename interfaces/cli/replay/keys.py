"""Single keys from a terminal, on POSIX through termios and on Windows through msvcrt."""

import codecs
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Protocol

Key = str
"""A printable character, or one of: left, right, up, down, home, end, page-up, page-down, enter, backspace,
escape, end-of-file."""

_SEQUENCES = {
    "A": "up",
    "B": "down",
    "C": "right",
    "D": "left",
    "H": "home",
    "F": "end",
    "1~": "home",
    "7~": "home",
    "4~": "end",
    "8~": "end",
    "5~": "page-up",
    "6~": "page-down",
}
_CHARACTERS = {
    "\r": "enter",
    "\n": "enter",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x04": "end-of-file",
}
_ESCAPED = re.compile(r"\x1b(?:[\[O]([0-9;]*[A-Za-z~])|(?=\x1b|$))")
_WINDOWS = {
    "H": "up",
    "P": "down",
    "M": "right",
    "K": "left",
    "G": "home",
    "O": "end",
    "I": "page-up",
    "Q": "page-down",
}
AFTER_ESCAPE = 0.05
"""Seconds in which the rest of a key's sequence comes; after that it was the key Escape."""


class Keys(Protocol):
    """Where keys come from."""

    def read(self, seconds: float) -> list[Key]:
        """The keys that were pressed, waiting for the first at most so long."""


def keys_in(typed: str) -> list[Key]:
    """The keys in what a POSIX terminal sent; sequences of keys that nobody needs are left out."""
    found: list[Key] = []
    place = 0
    while place < len(typed):
        if sequence := _ESCAPED.match(typed, place):
            code = sequence[1]
            if code is None:
                found.append("escape")
            elif (key := _SEQUENCES.get(code)) is not None:
                found.append(key)
            place = sequence.end()
            continue
        character = typed[place]
        place += 1
        if character in _CHARACTERS:
            found.append(_CHARACTERS[character])
        elif character.isprintable():
            found.append(character)
    return found


if sys.platform == "win32":  # pragma: no cover - on Windows only
    import msvcrt

    class _WindowsKeys:
        def read(self, seconds: float) -> list[Key]:
            until = monotonic() + seconds
            while not msvcrt.kbhit():
                if monotonic() >= until:
                    return []
                sleep(0.01)
            character = msvcrt.getwch()
            if character in ("\x00", "\xe0"):
                key = _WINDOWS.get(msvcrt.getwch())
                return [] if key is None else [key]
            if character == "\x03":
                raise KeyboardInterrupt
            return ["escape"] if character == "\x1b" else keys_in(character)

    @contextmanager
    def keys_of_the_terminal() -> Iterator[Keys]:
        """Keys as they are pressed, without waiting for the end of a line."""
        yield _WindowsKeys()

else:
    import select
    import termios
    import tty

    class _PosixKeys:
        def __init__(self, stream: int) -> None:
            self._stream = stream
            # A key pressed in Chinese is several bytes, which may come apart.
            self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

        def read(self, seconds: float) -> list[Key]:
            typed = self._typed(seconds)
            while typed.endswith(("\x1b", "\x1b[", "\x1bO")):
                more = self._typed(AFTER_ESCAPE)
                if not more:
                    break
                typed += more
            return keys_in(typed)

        def _typed(self, seconds: float) -> str:
            ready, _, _ = select.select([self._stream], [], [], seconds)
            if not ready:
                return ""
            read = os.read(self._stream, 1024)
            return self._decoder.decode(read) if read else "\x04"

    @contextmanager
    def keys_of_the_terminal() -> Iterator[Keys]:
        """Keys as they are pressed, without echo and without waiting for the end of a line.

        The terminal is left as it was, however this ends. Ctrl-C raises KeyboardInterrupt as ever;
        Ctrl-Z does nothing, because the shell would come back to a screen that is not its own.
        """
        stream = sys.stdin.fileno()
        before = termios.tcgetattr(stream)
        try:
            tty.setcbreak(stream)
            now = termios.tcgetattr(stream)
            now[6][termios.VSUSP] = b"\x00"
            termios.tcsetattr(stream, termios.TCSANOW, now)
            yield _PosixKeys(stream)
        finally:
            termios.tcsetattr(stream, termios.TCSADRAIN, before)
