"""A state is copied with some of its fields changed, just as the standard library does it."""

import dataclasses
from dataclasses import dataclass, field

import pytest

from domain.replacing import draft, replace, settled


@dataclass(frozen=True, slots=True)
class Colour:
    name: str


@dataclass(frozen=True, slots=True)
class Car:
    doors: int
    colour: Colour
    parts: dict[str, int] = field(default_factory=dict)


def test_a_copy_differs_in_what_was_changed_and_in_nothing_else() -> None:
    car = Car(4, Colour("red"), {"wheel": 4})
    copy = replace(car, doors=5, colour=Colour("blue"))
    assert (
        copy
        == dataclasses.replace(car, doors=5, colour=Colour("blue"))
        == Car(5, Colour("blue"), {"wheel": 4})
    )
    assert copy.parts is car.parts
    assert car == Car(4, Colour("red"), {"wheel": 4})


def test_a_state_of_one_field_is_copied_too() -> None:
    assert replace(Colour("red"), name="blue") == Colour("blue")
    assert replace(Colour("red")) == Colour("red")


def test_a_field_that_is_not_there_cannot_be_changed() -> None:
    with pytest.raises(KeyError, match="wings"):
        replace(Car(4, Colour("red")), wings=2)  # type: ignore[call-arg]


def test_a_draft_is_changed_in_place_and_settled_into_the_state_that_it_stands_for() -> None:
    car = Car(4, Colour("red"), {"wheel": 4})
    making = draft(car)
    assert replace(making, doors=5) is making
    assert draft(making) is making
    assert settled(making) is making
    assert making == Car(5, Colour("red"), {"wheel": 4})
    assert type(making) is Car
    assert car == Car(4, Colour("red"), {"wheel": 4})


def test_what_was_settled_is_copied_again() -> None:
    car = settled(draft(Car(4, Colour("red"))))
    assert replace(car, doors=5) == Car(5, Colour("red"))
    assert car == settled(car) == Car(4, Colour("red"))


def test_nobody_else_changes_a_draft() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        draft(Car(4, Colour("red"))).doors = 5  # type: ignore[misc]
