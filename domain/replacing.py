"""`replace` for states: what `dataclasses.replace` gives, in a fifth of its time, or in place of a draft.

A deal is loaded by folding its story, and every event of it replaces a field or two of a frozen state. A frozen
object is made field by field through calls; one of a twin, a class that is not, is filled much faster, and then
becomes one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, make_dataclass
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
        shape = _DRAFTS.get(kind)
        if shape is None:
            shape = _KNOWN.get(kind) or _learnt(kind)
            state = _copied(state, kind, shape)
        setter = shape.setter
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
    shape = _KNOWN.get(kind) or _learnt(kind)
    return _copied(state, shape.draft, shape)


def settled(state: State) -> State:
    """The state itself, which is no draft any more."""
    shape = _DRAFTS.get(type(state))
    if shape is not None:
        become(state, shape.kind)
    return state


def twin(kind: type) -> Callable[..., Any]:
    """A class that takes what a frozen dataclass with slots does and lies in memory as it does, but can be changed."""
    return make_dataclass(kind.__name__, [(each.name, Any, _same(each)) for each in fields(kind)], slots=True)


become: Callable[[object, type], None] = vars(object)["__class__"].__set__
"""Makes an object one of another class that lies in memory as its own does; TypeError where that does not."""


def _same(each: Field[Any]) -> Any:  # noqa: ANN401 - what `field` gives, which is no Field to the type checker
    if each.default_factory is not MISSING:
        return field(default_factory=each.default_factory)
    return field(default=each.default)


Setter = Callable[[object, object], None]


class _Shape(NamedTuple):
    """How the fields of a class are read all at once and each is set, and the classes that lie in memory as it does."""

    values: Callable[[object], Sequence[object]]
    setter: Mapping[str, Setter]
    twin: Callable[..., Any]
    kind: type
    draft: type


_KNOWN: dict[type, _Shape] = {}
"""By the class of a state."""

_DRAFTS: dict[type, _Shape] = {}
"""By the class of a draft."""


def _copied(state: State, kind: type, shape: _Shape) -> State:
    copy: State = shape.twin(*shape.values(state))
    become(copy, kind)
    return copy


def _learnt(kind: type) -> _Shape:
    names = [each.name for each in fields(kind)]
    read = attrgetter(*names)
    # The getter of a single name gives the value itself, that of several a tuple.
    values = read if len(names) > 1 else lambda state: (read(state),)
    setter = {name: getattr(kind, name).__set__ for name in names}
    draft = type(kind.__name__, (kind,), {"__slots__": ()})
    shape = _Shape(values, setter, twin(kind), kind, draft)
    _KNOWN[kind] = _DRAFTS[draft] = shape
    return shape
