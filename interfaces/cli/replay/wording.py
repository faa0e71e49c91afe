"""A step of a replay in words: what the event was and changed, and what stood after it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rich.text import Text

from domain.event import Recorded
from interfaces.cli.grid import plain
from interfaces.cli.session import Session
from interfaces.cli.trail import Trail
from projections.one_deal.replay import Step
from projections.one_deal.surroundings import Person

IN_A_LINE = ("stage", "amount", "expected_close", "owner", "forecast", "next_step", "outcome")
"""Fields that the line beside an event always tells."""
AROUND_IN_A_LINE = ("contact", "need", "offer", "objection")
"""Whatever there is of these is told there too."""
MATTERS = ("need", "objection")
"""Fields of `projections.one_deal.surroundings` that say where something stands."""


@dataclass(frozen=True, slots=True)
class Held:
    """A field of the deal after an event. `changed`: by that event; a value of None is gone."""

    name: str
    value: str
    changed: bool
    gone: bool


class StepWords:
    """Tells the steps of one deal."""

    def __init__(self, session: Session, events: Sequence[Recorded]) -> None:
        self._formats = session.formats
        self._trail = Trail(session, events)

    def when(self, step: Step) -> str:
        """When it happened, as far as that is known."""
        return self._trail.when(step.entry)

    def who(self, step: Step) -> str:
        """Who recorded it."""
        return self._trail.who(step.stands.by)

    def what(self, step: Step) -> Text:
        """What it was and what it changed, in a line for each thing to know."""
        return self._trail.what(step.entry)

    def type(self, step: Step) -> str:
        """What kind of event it was."""
        return self._formats.label("event_type", step.stands.type)

    def state(self, step: Step) -> Iterator[Held]:
        """Every field after the step, and those that it emptied."""
        changed = {change.field: change for change in step.changes}
        for name, value in step.state.items():
            told = self._value(name, value)
            if name in changed and changed[name].before is not None:
                told = f"{self._value(name, changed[name].before)} → {told}"
            yield Held(plain(self._trail.words.name(name)), plain(told), name in changed, gone=False)
        for name in changed.keys() - step.state.keys():
            told = self._value(name, changed[name].before)
            yield Held(plain(self._trail.words.name(name)), plain(told), changed=True, gone=True)

    def line(self, step: Step) -> str:
        """The state in one line."""
        chosen = [
            name for name in step.state if name in IN_A_LINE or name.partition(".")[0] in AROUND_IN_A_LINE
        ]
        return self._formats.say("replay-beside", state=self._named(step, chosen))

    def _named(self, step: Step, names: Iterable[str]) -> str:
        told = (
            self._formats.say(
                "set", field=self._trail.words.name(name), after=self._value(name, step.state[name])
            )
            for name in names
        )
        return " · ".join(plain(each) for each in told)

    def _value(self, name: str, value: object) -> str:
        root, _, part = name.partition(".")
        match value:
            case Person():
                return self._person(value)
            case datetime():
                return self._formats.instant(value)
            case Decimal() if root == "paid":
                return self._formats.amount(value, part)
            case str() if root in MATTERS:
                known = f"around-{value}"
                return (
                    self._formats.say(known)
                    if self._formats.has(known)
                    else self._formats.label("met", value)
                )
            case str() if root in ("question", "task", "action"):
                return value
            case _:
                return self._trail.words.value(name, value)

    def _person(self, person: Person) -> str:
        told = [self._formats.label("role", role) for role in person.roles]
        if person.stance is not None:
            told.append(self._formats.label("stance", person.stance))
        return self._formats.listed(told) or self._formats.say("around-known")
