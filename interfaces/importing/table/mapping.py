"""The mapping of a table to deals: which column is what, which words are stages, won and lost."""

from datetime import datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from domain.deal.outcome import LossKind
from domain.stages import plain_name
from domain.values import Code, Name
from interfaces.importing.table.slugs import slug

ROW = "#row"
"""In place of a key column: the row's number in the file, from 1."""
ISO = "iso"
"""In place of a date format: ISO 8601, `2026-04-01` or `2026-04-01T09:30:00+08:00`."""
_SAMPLE = datetime(2003, 11, 29)  # noqa: DTZ001 - tries a format, is no instant

Column = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Cell = Annotated[str, StringConstraints(strip_whitespace=True)]


def _several(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _format(value: str) -> str:
    try:
        whole = value == ISO or _tells_the_day(value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{value!r} is no date format ({error}); write '%Y-%m-%d' or 'iso'") from None
    if not whole:
        raise ValueError(f"{value!r} leaves out the year, the month or the day; write '%Y-%m-%d' or 'iso'")
    return value


def _tells_the_day(form: str) -> bool:
    if "%d" in form and _SAMPLE.strftime(form) == _SAMPLE.replace(year=2002).strftime(form):
        return False  # Python warns of a day that is read without its year
    return datetime.strptime(_SAMPLE.strftime(form), form).date() == _SAMPLE.date()  # noqa: DTZ007


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone; write one like 'Europe/Berlin' or 'UTC'") from None
    return value


class Part(BaseModel):
    """A table of the mapping; a key that it does not have is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DealColumns(Part):
    """Which column holds what of the deal itself; all but the key may be left out."""

    key: Column
    title: Column | None = None
    account: Column | None = None
    account_name: Column | None = None
    owner: Column | None = None
    opened_at: Column | None = None
    amount: Column | None = None
    currency: Column | None = None
    expected_close: Column | None = None
    lead_source: Column | None = None
    campaign: Column | None = None
    segment: dict[Name, Column] = {}


class Won(Part):
    """Which words in the stage's column say that a deal is won, and where its date and amount stand."""

    value: Annotated[tuple[Name, ...], BeforeValidator(_several), Field(min_length=1)]
    at: Column | None = None
    amount: Column | None = None
    reason: Column | None = None


class Lost(Part):
    """Which words say that a deal is lost, how, and where its date, reason and competitor stand."""

    value: Annotated[tuple[Name, ...], BeforeValidator(_several), Field(min_length=1)]
    at: Column | None = None
    amount: Column | None = None
    kind: LossKind = "unknown"
    reason: Column | None = None
    competitor: Column | None = None
    note: Column | None = None


class StageWords(Part):
    """Where the stage stands, what its words mean, and which columns say when a stage was entered."""

    column: Column | None = None
    pipeline: Code = "standard"
    stages: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    entered: dict[Name, Column] = {}
    won: Annotated[tuple[Won, ...], BeforeValidator(_several)] = ()
    lost: Annotated[tuple[Lost, ...], BeforeValidator(_several)] = ()

    @model_validator(mode="after")
    def _words_are_clear(self) -> Self:
        if self.column is None and (self.won or self.lost):
            raise ValueError('name the column that holds the stage, beside won and lost: column = "…"')
        _check_slugs(self.stages or ())
        if self.stages is not None:
            known = {plain_name(stage) for stage in self.stages}
            for stage in self.entered:
                if plain_name(stage) not in known:
                    raise ValueError(f"entered names {stage!r}, and stages does not list it")
        meant = {plain_name(stage): "a stage" for stage in self.stages or ()}
        for what, outcomes in (("won", self.won), ("lost", self.lost)):
            for word in (word for outcome in outcomes for word in outcome.value):
                if plain_name(word) in meant:
                    raise ValueError(f"{word!r} is named twice: as {meant[plain_name(word)]} and as {what}")
                meant[plain_name(word)] = what
        return self


def _check_slugs(stages: tuple[str, ...]) -> None:
    taken: dict[str, str] = {}
    for stage in stages:
        made = slug(stage)
        if not made:
            raise ValueError(f"the stage {stage!r} has no letter or digit to make its name of")
        if made in taken:
            raise ValueError(
                f"the stages {taken[made]!r} and {stage!r} would both be called {made!r}; "
                "rename one of them, in the file with [fix.…] if need be"
            )
        taken[made] = stage


class ChangeDates(Part):
    """In a later export: which column says since when the new stage, owner, amount … holds."""

    stage: Column | None = None
    owner: Column | None = None
    amount: Column | None = None
    expected_close: Column | None = None
    details: Column | None = None


Fixes = dict[Column, dict[Cell, Cell]]
"""For a column: what stands there, and what is read in its place."""


class Join(Part):
    """Columns taken from another file: `on` ours = theirs, `take` our new column = theirs."""

    file: Name
    on: Annotated[dict[Column, Column], Field(min_length=1)]
    take: Annotated[dict[Column, Column], Field(min_length=1)]
    optional: bool = False
    fix: Fixes = {}


class TableMapping(Part):
    """A whole mapping file: one row of the table is one deal, as it stands at the export."""

    source: Name
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    dates: Annotated[
        tuple[Annotated[str, AfterValidator(_format)], ...], BeforeValidator(_several), Field(min_length=1)
    ] = ("%Y-%m-%d",)
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1, pattern=r'[^"\r\n]')] | None = (
        None
    )
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", "'", "’", " "] | None = None
    currency_sign: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] | None = None
    deal: DealColumns
    stage: StageWords = StageWords()
    changed: ChangeDates = ChangeDates()
    join: tuple[Join, ...] = ()
    fix: Fixes = {}

    @model_validator(mode="after")
    def _marks_differ(self) -> Self:
        if self.thousands == self.decimal:
            raise ValueError(f"decimal and thousands are both {self.decimal!r}; they cannot be the same mark")
        return self
