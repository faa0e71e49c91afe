"""A deal on its way through what its source says: only what differs from before becomes a line."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.values import Money
from interfaces.importing.crm.facts import DETAILS, LABEL, Known, Moment, Place
from interfaces.importing.crm.rows import Row
from interfaces.importing.table.when import When


@dataclass(slots=True)
class Told:
    """A line to be, and the row that says so."""

    row: Row
    type: str
    data: dict[str, Any]
    key: str | None
    when: When | None
    by: str | None = None
    known: datetime | None = None


@dataclass(slots=True)
class Course:
    """What is known of the deal so far, the lines that told it, and the outcome that stands."""

    state: dict[str, Known]
    lines: list[Told] = field(default_factory=list)
    outcome: Told | None = None
    revised: bool = False
    """Whether the amount was revised after the closing, and not only what it was closed at."""
    seen: datetime | None = None
    """When it was last said to stand somewhere, before an earlier export said that it was closed."""
    closed: datetime | None = None
    """When an earlier export said that it was closed."""
    told_before: Told | None = None
    """The outcome that an earlier export told: its day, amount or causes may be others now."""

    def take(self, moment: Moment) -> None:
        """Tell what is different from this moment on. A deal is won at its new amount."""
        differs = {name: new for name, new in moment.says.items() if new != self.state.get(name)}
        self._details(moment, differs)
        if "owner" in differs:
            self._tell(moment, "DealOwnerAssigned", {"owner": differs["owner"]}, "owner")
        if differs.get("next_step") is not None:
            self._tell(moment, "DealNextStepSet", {"text": differs["next_step"]}, "next-step")
        if "amount" in differs:
            self._amount(moment, differs["amount"])
        if "place" in differs:
            self._move(moment, place_in(self.state), place_in(differs))
            self.state["place"] = differs["place"]
        if "place" in moment.says and moment.when is not None:
            self.seen = moment.when.at
        closes = differs.pop("expected_close", self.state.get("expected_close"))
        if closes != self.state.get("expected_close") and place_in(self.state).standing == "open":
            # While a deal is closed this is the day of its closing, not an expectation.
            self._tell(moment, "DealExpectedCloseMoved", {"expected_close": written(closes)}, "close")
            self.state["expected_close"] = closes
        self.state.update(differs)

    def _details(self, moment: Moment, differs: dict[str, Known]) -> None:
        data: dict[str, Any] = {name: differs[name] for name in DETAILS if name in differs}
        labels = {name.removeprefix(LABEL): new for name, new in differs.items() if name.startswith(LABEL)}
        if labels:
            data["segment"] = labels
        if data:
            self._tell(moment, "DealDetailsChanged", data, "details")

    def _amount(self, moment: Moment, new: Known) -> None:
        stays = moment.says.get("place", self.state.get("place")) == self.state.get("place")
        corrects = isinstance(new, Money) and self.outcome is not None and stays
        if corrects and self.outcome is not None:
            # The source put right what the deal was closed at.
            self.outcome.data["amount"] = written(new)
        if not corrects or self.revised or self.state.get("amount") is None:
            self._tell(moment, "DealAmountRevised", {"amount": written(new)}, "amount")
            self.revised = self.revised or place_in(self.state).standing != "open"
        self.state["amount"] = new

    def _move(self, moment: Moment, before: Place, new: Place) -> None:
        if new.standing != "open":
            if new.standing != before.standing:
                self._close(moment, new)
            return
        if before.standing != "open":
            self._tell(moment, "DealReopened", {"stage": new.stage} if new.stage else {}, "reopened")
            self.outcome, self.revised = None, False
        if new.stage is not None and new.pipeline != before.pipeline:
            moved = {"to_pipeline": new.pipeline, "to_stage": new.stage}
            self._tell(moment, "DealPipelineChanged", moved, "stage")
        elif new.stage is not None and before.standing == "open":
            self._tell(moment, "DealStageChanged", {"to_stage": new.stage}, "stage")

    def _close(self, moment: Moment, new: Place) -> None:
        data: dict[str, Any] = {} if new.standing == "won" else {"kind": "unknown"}
        if isinstance(amount := self.state.get("amount"), Money):
            data["amount"] = written(amount)
        self._tell(moment, "DealWon" if new.standing == "won" else "DealLost", data, "stage")
        self.outcome, self.revised = self.lines[-1], False
        if moment.closed is not None:
            self.outcome.when = moment.closed

    def _tell(self, moment: Moment, type_name: str, data: dict[str, Any], what: str) -> None:
        key = None if moment.key is None else f"{moment.key}:{what}"
        told = Told(moment.row, type_name, data, key, moment.when, moment.by, moment.known)
        self.lines.append(told)


def place_in(state: dict[str, Known]) -> Place:
    """Where the deal stands; every deal stands somewhere."""
    place = state["place"]
    if not isinstance(place, Place):
        raise TypeError(f"a place is no {place!r}")
    return place


def written(value: Known) -> object:
    """A value as a line holds it."""
    if isinstance(value, Money):
        return value.model_dump(mode="json")
    return value.isoformat() if isinstance(value, date) else value
