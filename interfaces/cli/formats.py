"""Money, times, shares and codes as people write them, in the language and the zone that were asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Literal

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from pydantic import BaseModel

from domain.labels.catalogue import code_label, field_label, label
from domain.values import Labels, Money, Sealed
from interfaces.cli.words.catalogue import WORDS, say

Lang = Literal["en", "zh-CN"]

_LOCALES = {"en": "en", "zh-CN": "zh_CN"}
_DATES = {"en": "d MMM y", "zh-CN": "y年M月d日"}
_TIMES = {"en": "d MMM y HH:mm", "zh-CN": "y年M月d日 HH:mm"}
_LISTS = {"en": ", ", "zh-CN": "、"}

SHARES = ("confidence", "discount", "weight")
"""Fields that hold a share between 0 and 1."""

SAID_ALONE = ("answer", "effect", "note", "text")
"""Fields of a value that need no name before them."""


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader wants to read: `lang` chooses the words, `zone` where a day begins."""

    lang: Lang
    zone: tzinfo

    def say(self, sentence: str, **facts: object) -> str:
        """A sentence of the catalogue, with its facts put in."""
        return say(self.lang, sentence, **facts)

    def has(self, sentence: str) -> bool:
        """Whether the catalogue has that sentence."""
        return sentence in WORDS

    def label(self, list_name: str, code: str) -> str:
        """What people read for a code of that list."""
        return label(list_name, code, self.lang)

    def text(self, labels: Labels) -> str:
        """The label in the reader's language."""
        return labels.text(self.lang)

    def money(self, money: Money | Mapping[str, object]) -> str:
        """An amount to its last decimal, with the sign of its currency."""
        if isinstance(money, Money):
            return self.amount(money.amount, money.currency)
        return self.amount(Decimal(str(money["amount"])), str(money["currency"]))

    def amount(self, amount: Decimal, currency: str) -> str:
        """The same for a bare number; negative ones keep their minus."""
        locale = _LOCALES[self.lang]
        return format_currency(amount, currency, locale=locale, decimal_quantization=False)

    def plain_amount(self, amount: Decimal, *, decimals: bool) -> str:
        """A number of money without its currency: to its last decimal, or a whole one without any."""
        form = "#,##0.00##" if decimals else "#,##0"
        return format_decimal(amount, format=form, locale=_LOCALES[self.lang])

    def number(self, number: float | Decimal) -> str:
        """A number with the thousands apart and one decimal at most."""
        return format_decimal(number, format="#,##0.#", locale=_LOCALES[self.lang])

    def share(self, share: float | None) -> str:
        """A share between 0 and 1 in percent; a dash where there is none."""
        return "–" if share is None else format_percent(share, "#,##0.0%", locale=_LOCALES[self.lang])

    def day(self, day: date) -> str:
        """A calendar day."""
        return format_date(day, _DATES[self.lang], locale=_LOCALES[self.lang])

    def instant(self, instant: datetime) -> str:
        """An instant to the minute, in the reader's zone."""
        local = instant.astimezone(self.zone)
        return format_datetime(local, _TIMES[self.lang], locale=_LOCALES[self.lang])

    def happened(self, at: datetime, precision: str) -> str:
        """When an event happened, as exactly as it is known."""
        match precision:
            case "unknown":
                return self.label("precision", "unknown")
            case "day":
                return self.day(at.astimezone(self.zone).date())
            case _:
                return self.instant(at)

    def listed(self, words: Sequence[str]) -> str:
        """Several words beside each other."""
        return _LISTS[self.lang].join(words)

    def field(self, owner: str, field: str) -> str:
        """What a field of an event or value is called."""
        return field_label(owner, field, self.lang)

    def value(self, owner: str, field: str, value: object) -> str:  # noqa: C901, PLR0911, PLR0912 - one table
        """What stands in a field, in words; a dash for nothing."""
        match value:
            case None:
                return "–"
            case bool():
                return self.say("yes" if value else "no")
            case Money():
                return self.money(value)
            case Sealed():
                return self.label("field", "sealed")
            case Labels():
                return self.text(value)
            case datetime():
                return self.instant(value)
            case date():
                return self.day(value)
            case str():
                return code_label(owner, field, value, self.lang)
            case int() | float() | Decimal():
                return self.share(float(value)) if field in SHARES else self.number(value)
            case BaseModel():
                return self._parts(value)
            case Mapping():
                return self.listed(
                    [
                        self.say("is", what=name, value=self.value(owner, name, each))
                        for name, each in value.items()
                    ]
                )
            case Sequence():
                return self.listed([self.value(owner, field, each) for each in value])
            case _:
                return str(value)

    def _parts(self, value: BaseModel) -> str:
        """A value of several fields with their names; the one that it must have stands alone, before them."""
        owner, fields = type(value).__name__, type(value).model_fields
        given = {name: each for name in fields if (each := getattr(value, name)) is not None}
        first = next(iter(fields))
        head = self.value(owner, first, given.pop(first)) if fields[first].is_required() else ""
        named = [self._part(owner, name, each) for name, each in given.items()]
        if not head or not named:
            return head or self.listed(named)
        return self.say("part-of-field", field=head, part=self.listed(named))

    def _part(self, owner: str, name: str, value: object) -> str:
        """One field of a value; an effect, an answer or a text says by itself what it is."""
        told = self.value(owner, name, value)
        return told if name in SAID_ALONE else f"{self.field(owner, name)} {told}"
