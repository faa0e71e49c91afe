"""What one row of a table says of one deal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from domain.deal.life import Opening
from domain.deal.outcome import DealLost, DealWon
from interfaces.importing.report import Refusal
from interfaces.importing.table.cells import Trouble
from interfaces.importing.table.when import When


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """What a row says of its deal at the export.

    `opening` holds the deal's fields without stage and pipeline. `standing` is None where the row
    does not say how the deal stands. `closing` is how it was won or lost, `closed` when.
    `entered` are the stages that it went into with their dates, in that order; `changed` says
    since when the stage, owner, amount … hold. `says` names the fields, `labels` holds the segments
    that the file has columns for: without a column an empty field says nothing. `datable` names what
    (`opened`, `stage`, `closed`) the file has a column of dates for.
    """

    line: int
    key: str
    deal: UUID
    opening: Opening
    opened: When | None
    standing: Literal["open", "won", "lost"] | None
    stage: str | None
    entered: tuple[tuple[str, When], ...]
    closing: DealWon | DealLost | None
    closed: When | None
    changed: Mapping[str, When]
    says: frozenset[str]
    labels: Mapping[str, str | None]
    datable: frozenset[str]


class RowRefused(Exception):
    """The row cannot be held, for every one of these reasons; `deal` where that is known."""

    def __init__(self, *troubles: Trouble, deal: UUID | None = None) -> None:
        self.troubles = troubles
        self.deal = deal
        super().__init__("; ".join(trouble.reason for trouble in troubles))

    def told(self, line: int) -> Refusal:
        """All reasons in one: the first with its cell, the others by the names of theirs."""
        first, *others = self.troubles
        more = "".join(f" Also {each.column or 'the row'}: {each.reason}" for each in others)
        return Refusal(line, first.column, first.value, f"{first.reason}{more}")
