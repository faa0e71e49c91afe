"""`replace` for states: what `dataclasses.replace` gives, in a third of its time.

A deal is loaded by folding its story, and every event of it replaces a field or two of a frozen state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

State = TypeVar("State")

if TYPE_CHECKING:
    # The type checker knows which fields each state has.
    from dataclasses import replace as replace  # noqa: PLC0414 - this is what the module is for
else:

    def replace(state: State, /, **changes: object) -> State:
        """A copy of a frozen dataclass with slots, with these of its fields changed.

        Nothing else of the class runs: states have no `__init__` or `__post_init__` of their own.
        KeyError for a field that it does not have.
        """
        kind = type(state)
        slots = _KNOWN.get(kind)
        values, setters, setter = slots if slots is not None else _learnt(kind)
        copy = object.__new__(kind)
        for set_field, value in zip(setters, values(state)):  # noqa: B905 - one for each, and asking costs a tenth
            set_field(copy, value)
        for name, value in changes.items():
            setter[name](copy, value)
        return copy


Setter = Callable[[object, object], None]
Slots = tuple[Callable[[object], Sequence[object]], Sequence[Setter], Mapping[str, Setter]]
"""How the fields of a class are read all at once, and how each is set."""

_KNOWN: dict[type, Slots] = {}


def _learnt(kind: type) -> Slots:
    names = [each.name for each in fields(kind)]
    setters: dict[str, Setter] = {name: getattr(kind, name).__set__ for name in names}
    # The getter of a single name gives the value itself, that of two a tuple.
    values = attrgetter(*names) if len(names) > 1 else attrgetter(*names, *names)
    _KNOWN[kind] = slots = (values, tuple(setters.values()), setters)
    return slots
