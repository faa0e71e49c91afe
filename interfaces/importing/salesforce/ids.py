"""Salesforce's ids: of 15 letters where case counts, or the same with three more that say where it does."""

import re

_FIFTEEN = re.compile(r"[a-zA-Z0-9]{15}", re.ASCII)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"

OPPORTUNITY, CONTACT, USER = "006", "003", "005"
"""How the ids of these objects begin."""


def full_id(text: str) -> str:
    """The id of 18 letters for one of 15, so that a report and an export name one deal alike; others as they are.

    Each of the three letters stands for five of the id: bit n is set where letter n is a capital.
    """
    if not _FIFTEEN.fullmatch(text):
        return text
    suffix = ""
    for start in (0, 5, 10):
        capitals = sum(1 << place for place, letter in enumerate(text[start : start + 5]) if letter.isupper())
        suffix += _SUFFIX[capitals]
    return text + suffix
