"""The sentences of the command line are kept in modules of their own and read as one catalogue."""

from collections.abc import Mapping
from importlib import import_module
from itertools import combinations
from pkgutil import iter_modules

from interfaces.cli import words
from interfaces.cli.words.catalogue import WORDS


def _kept() -> dict[str, Mapping[str, tuple[str, str]]]:
    """The sentences of each module; it calls them by its own name."""
    names = [each.name for each in iter_modules(words.__path__) if each.name != "catalogue"]
    modules = {name: import_module(f"{words.__name__}.{name}") for name in names}
    return {
        name: getattr(module, name.upper())
        for name, module in modules.items()
        if isinstance(getattr(module, name.upper(), None), Mapping)
    }


def test_no_two_modules_call_two_sentences_by_one_name() -> None:
    told = _kept().items()
    clashes = [
        (one, other, name)
        for (one, first), (other, second) in combinations(told, 2)
        for name in first.keys() & second.keys()
        # A module may take the sentences of another in.
        if first[name] != second[name]
    ]
    assert clashes == []


def test_every_sentence_of_every_module_is_in_the_catalogue() -> None:
    told = dict(WORDS)
    assert {name: each for kept in _kept().values() for name, each in kept.items()} == told
