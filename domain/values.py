"""The values that commands and events are made of: frozen, validated, the same in memory, JSON and SQL."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

MONEY_SCALE = 10_000
"""Read models hold money as integers of 1/10,000 of the unit."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Code = Annotated[
    str,
    StringConstraints(
        pattern=r"^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+(-[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+)*$",
        max_length=200,
    ),
]
"""A lower-case slug with hyphens; letters of any script."""

Version = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Level = Annotated[int, Field(ge=1, le=5)]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""An id inside a deal (an offer's, a contact's), given by the caller."""

Day = date
Instant = AwareDatetime


def _plain(number: Decimal) -> str:
    return format(number, "f")


Decimals = Annotated[
    Decimal,
    Field(ge=0, max_digits=16, decimal_places=4, allow_inf_nan=False),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""A decimal of at most four decimals and twelve digits before them, written without an exponent."""


class Value(BaseModel):
    """A frozen value; fields that it does not know are dropped when it is read from the log."""

    # Validators are built when a type is first used: a command line needs few of them.
    model_config = ConfigDict(frozen=True, defer_build=True)


class Money(Value):
    """An amount in one currency. Never added across currencies."""

    amount: Decimals
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    @property
    def units(self) -> int:
        """The amount in 1/10,000 of the currency's unit."""
        return int(self.amount * MONEY_SCALE)


Personal = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Sealed(Value):
    """Personal data whose key may be thrown away; whoever reads it shows it as sealed."""

    sealed: str
    bytes: str


PersonalText = Personal | Sealed


class Terms(Value):
    """What was agreed or offered besides the price."""

    delivery: str | None = None
    payment: str | None = None
    after_sales: str | None = None
    warranty: str | None = None
    quantity: str | None = None
    scope: str | None = None
    other: str | None = None


class Line(Value):
    """One product line of an offer or a won deal."""

    product: Name
    quantity: Decimals | None = None
    unit_price: Money | None = None
    list_price: Money | None = None
    cost: Money | None = None


class Material(Value):
    """A document or sample that was used."""

    material: Name
    kind: Code | None = None
    version: str | None = None


class Decision(Value):
    """What was decided in a touchpoint."""

    decision: Code
    answer: Literal["yes", "no", "later"]
    note: Text | None = None


class Cause(Value):
    """One reason why a deal was won or lost, with the events (versions) that show it."""

    reason: Code
    effect: Literal["pushed", "blocked"] | None = None
    weight: Share | None = None
    note: Text | None = None
    evidence: tuple[Version, ...] | None = None


class Labels(Value):
    """What people read in place of a slug."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    en: Name
    zh_cn: Name | None = Field(default=None, alias="zh-CN")

    def text(self, lang: str) -> str:
        """The label in `lang` (`en` or `zh-CN`), in English where there is no other."""
        return self.zh_cn if lang == "zh-CN" and self.zh_cn else self.en


class External(Value):
    """The name of a deal in the system that it was imported from."""

    source: Name
    key: Name


class Follows(Value):
    """The deal that this one follows, and how (renewal, upsell, …)."""

    deal: str
    kind: Code


Answer = Literal["confirmed", "denied", "unknown"]
