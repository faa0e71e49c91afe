"""Codes made of what people write in a table: lower case, hyphens for the rest, letters of any script kept."""

from functools import lru_cache
from itertools import groupby
from unicodedata import category, normalize

from domain.labels.catalogue import LABELS
from domain.stages import plain_name

_KEPT = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc", "Me", "Nd", "Nl", "No"})


def slug(text: str) -> str:
    """The code for a label: `Closed / Won` is `closed-won`, `初步 接洽` is `初步-接洽`; empty without letters.

    Combining marks are kept: without them a Hindi or Thai word is another word.
    """
    plain = normalize("NFKC", normalize("NFKC", text).casefold())
    runs = groupby(plain, key=lambda letter: category(letter) in _KEPT)
    return "-".join("".join(run) for kept, run in runs if kept)


@lru_cache(maxsize=4096)
def code(list_name: str, text: str) -> str:
    """The code of an open list that `text` is the label of, in English or Chinese; else the text's own slug."""
    wanted = plain_name(text)
    for known, labels in LABELS[list_name].items():
        if wanted in (known, plain_name(labels.text("en")), plain_name(labels.text("zh-CN"))):
            return known
    return slug(text)
