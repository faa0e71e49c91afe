"""`replace` for states: what `dataclasses.replace` gives, in a third of its time, or in place of a draft.

A deal is loaded by folding its story, and every event of it replaces a field or two of a frozen state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

State = TypeVar("State")

if TYPE_CHECKING:
    # The type checker knows which fields each state has.
    from dataclasses import replace as replace  # noqa: PLC0414 - this is what the module is for
else:

    def replace(state: State, /, **changes: object) -> State:
        """A copy of a frozen dataclass with slots, with these of its fields changed; of a draft, the draft itself.

        Nothing else of the class runs: states have no `__init__` or `__post_init__` of their own.
        KeyError for a field that it does not have.
        """
        kind = type(state)
        slots = _DRAFTS.get(kind)
        if slots is None:
            slots = _KNOWN.get(kind) or _learnt(kind)
            state = _copied(state, kind, slots)
        setter = slots.setter
        for name, value in changes.items():
            setter[name](state, value)
        return state


def draft(state: State) -> State:
    """A copy of a state of which `replace` makes no more copies, until it is `settled`; a draft is its own.

    For whoever folds many events and shows nobody what lies between. In every other way it is as frozen as the state.
    """
    kind = type(state)
    if kind in _DRAFTS:
        return state
    slots = _KNOWN.get(kind) or _learnt(kind)
    return _copied(state, slots.draft, slots)


def settled(state: State) -> State:
    """The state itself, which is no draft any more."""
    slots = _DRAFTS.get(type(state))
    if slots is not None:
        object.__setattr__(state, "__class__", slots.kind)
    return state


Setter = Callable[[object, object], None]


class _Slots(NamedTuple):
    """How the fields of a class are read all at once, and how each is set; and the class of its drafts."""

    values: Callable[[object], Sequence[object]]
    setters: Sequence[Setter]
    setter: Mapping[str, Setter]
    kind: type
    draft: type


_KNOWN: dict[type, _Slots] = {}
"""By the class of a state."""

_DRAFTS: dict[type, _Slots] = {}
"""By the class of a draft."""


def _copied(state: State, kind: type, slots: _Slots) -> State:
    copy: Any = object.__new__(kind)
    for set_field, value in zip(slots.setters, slots.values(state)):  # noqa: B905 - one for each, and asking costs a tenth
        set_field(copy, value)
    return copy  # type: ignore[no-any-return]


def _learnt(kind: type) -> _Slots:
    names = [each.name for each in fields(kind)]
    setters: dict[str, Setter] = {name: getattr(kind, name).__set__ for name in names}
    # The getter of a single name gives the value itself, that of two a tuple.
    values = attrgetter(*names) if len(names) > 1 else attrgetter(*names, *names)
    # Without slots of its own it lies in memory as the state does, and can become one.
    made = type(kind.__name__, (kind,), {"__slots__": ()})
    slots = _Slots(values, tuple(setters.values()), setters, kind, made)
    _KNOWN[kind] = _DRAFTS[made] = slots
    return slots
