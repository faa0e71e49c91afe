"""What a command speaks of is there, no id stands for two things, and what is finished is finished once."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol, TypeVar

from domain.deal.matters import Matters
from domain.errors import RuleBroken
from domain.event import Command, Event, Facts, recorded_as

SHOWN = 8
"""Ids that an error names at most."""

Thing = TypeVar("Thing")


class Told(Protocol):
    """Something that was told under an id; without facts only more was said of it."""

    @property
    def facts(self) -> Event | None: ...


class NotThere(RuleBroken):
    """The deal has nothing of that kind under that id (at that time)."""

    def __init__(self, kind: str, name: str, known: Collection[str]) -> None:
        self.kind, self.name = kind, name
        some = ", ".join(list(known)[-SHOWN:])
        more = "…, " if len(known) > SHOWN else ""
        has = f"Its {kind}s are: {more}{some}." if known else f"It has no {kind} yet."
        super().__init__(f"The deal has no {kind} {name!r} at that time. {has}")


class IdTaken(RuleBroken):
    """The id stands for something else."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(
            f"The deal has another {kind} {name!r} already. "
            f"Give the new one an id of its own, or correct the event that told of the first."
        )


class SpeaksOfItself(RuleBroken):
    """Something is said to follow, replace or answer itself."""

    def __init__(self, kind: str, name: str, field: str) -> None:
        self.kind, self.name, self.field = kind, name, field
        plain = field.replace("_", " ")
        super().__init__(f"The {kind} {name!r} cannot stand in its own {plain!r}: name another, or none.")


class AlreadyFinished(RuleBroken):
    """What is to be finished was, and with other words."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        super().__init__(
            f"The {kind} {name!r} is finished already, with another note. Correct that event to change it."
        )


def there(kind: str, known: Mapping[str, Thing], name: str) -> Thing:
    """What is known under the id `name`; raises NotThere."""
    if name not in known:
        raise NotThere(kind, name, known)
    return known[name]


def all_there(kind: str, known: Collection[str], names: Iterable[str | None]) -> None:
    """Raise NotThere unless each of `names` that is given is an id of something known."""
    for name in names:
        if name is not None and name not in known:
            raise NotThere(kind, name, known)


def another(kind: str, known: Collection[str], name: str, field: str, other: str | None) -> None:
    """Raise unless the id `other` that `name` gives in `field` is known, and not its own."""
    if other == name:
        raise SpeaksOfItself(kind, name, field)
    all_there(kind, known, [other])


def told_once(event: Event, kind: str, known: Mapping[str, Told], name: str) -> list[Event]:
    """What `event` tells first under the id `name`; nothing where it was told, IdTaken where something else was."""
    before = known[name].facts if name in known else None
    if before is None:
        return [event]
    if before != event:
        raise IdTaken(kind, name)
    return []


def says_the_same(command: Command, said: Facts | None) -> bool:
    """Whether all that `command` gives was said by an event of its kind already."""
    if not isinstance(said, command.becomes):
        return False
    given = {name: getattr(command, name) for name in command.model_fields_set}
    return all(value is None or getattr(said, name) == value for name, value in given.items())


def finished(command: Command, kind: str, matters: Matters, name: str) -> list[Event]:
    """The end of something that is to be done; nothing where it is done already, in these words."""
    matter = there(kind, matters, name)
    if not matter.settled:
        return [recorded_as(command)]
    if not says_the_same(command, matter.said):
        raise AlreadyFinished(kind, name)
    return []
