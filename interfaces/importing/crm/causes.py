"""Why a deal was won or lost, in the words of the source: as reason codes, with the words beside them."""

import re
from typing import Literal

from domain.labels.catalogue import LABELS
from domain.values import Cause
from interfaces.importing.table.slugs import code, slug

_SHORT = 60


def causes(text: str | None, *, won: bool) -> tuple[Cause, ...]:
    """The causes that a cell names, several with semicolons between them. Whole sentences are `other`, with a note."""
    if text is None:
        return ()
    words = [part.strip() for part in text.split(";") if part.strip()] if len(text) <= 4 * _SHORT else [text]
    return tuple(_cause(each, won=won) for each in dict.fromkeys(words))


def _cause(text: str, *, won: bool) -> Cause:
    effect: Literal["pushed", "blocked"] = "pushed" if won else "blocked"
    reason = code("reason", text)
    if reason in LABELS["reason"]:
        return Cause(reason=reason, effect=effect)
    if not slug(text) or len(text) > _SHORT or re.search(r"[.!?。！？]\s", text):
        return Cause(reason="other", effect=effect, note=text[:20_000])
    return Cause(reason=reason, effect=effect, note=text)
