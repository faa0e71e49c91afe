"""Finds the place at which a text stops being a table: a quote that is never closed, or closed too early."""

import re

_QUOTED = re.compile(r'"(?:[^"]|"")*+')
"""A quoted field up to, not including, its closing quote."""


def misquoted(text: str, line: int, delimiter: str, name: str, otherwise: str) -> str:
    """What is wrong with the record `text` that begins on `line`, where, and what to try.

    `otherwise` is what the reader said, for what is no matter of quotes (a field without an end).
    """
    bare = re.compile(f"[^{re.escape(delimiter)}\r\n]*")
    place = 0
    while place < len(text):
        if field := _QUOTED.match(text, place):
            if field.end() == len(text):
                return (
                    f"{_where(text, place, line, name)}: a quote is opened here, and not closed where the "
                    'field ends. Close it; a quote inside a quoted field is written twice (""). '
                    "Nothing was recorded."
                )
            place = field.end() + 1
            if text[place : place + 1] not in ("", delimiter, "\r", "\n"):
                return (
                    f"{_where(text, place, line, name)}: {text[place]!r} follows the closing quote of a "
                    'field. A quote inside a quoted field is written twice (""). Nothing was recorded.'
                )
        else:
            place = bare.match(text, place).end()  # type: ignore[union-attr]  # it matches nothing, too
        place += 1
    return f"Line {line} of {name} cannot be read as a row of a table: {otherwise}. Nothing was recorded."


def _where(text: str, place: int, line: int, name: str) -> str:
    before = text[:place].replace("\r\n", "\n").replace("\r", "\n")
    column = place - max(text.rfind("\n", 0, place), text.rfind("\r", 0, place))
    return f"Line {line + before.count(chr(10))} of {name}, column {column}"
