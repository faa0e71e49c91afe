"""Words of the command line for the fields of commands: money, days, causes and so on, read by their types."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from domain.values import External, Follows, Money, Terms

OPTIONS = {
    "actions": "action",
    "causes": "cause",
    "contacts": "contact",
    "decisions": "decision",
    "factors": "factor",
    "hosts": "host",
    "lessons": "lesson",
    "lines": "line",
    "materials": "material",
    "needs": "need",
    "participants": "participant",
    "roles": "role",
}
"""Options that are given once for each of several values are named for one of them."""

_MONEY = re.compile(r"(?:(?P<before>[A-Za-z]{3})\s*)?(?P<amount>[+-]?[\d.]+)(?:\s*(?P<after>[A-Za-z]{3}))?")


class NotUnderstood(ValueError):
    """The word does not say what the field holds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word needs beside itself to be understood: days in a zone, names of deals, a currency.

    `currency` is asked only for an amount that is given without one.
    """

    day: Callable[[str], date]
    instant: Callable[[str], datetime]
    deal: Callable[[str], str]
    currency: Callable[[], str | None]


def option_name(field: str) -> str:
    """The option (without its hyphens) that a field is given with."""
    return OPTIONS.get(field, field).replace("_", "-")


def kind_of(field: FieldInfo) -> object:
    """The type that a word for the field must have, without null and constraints."""
    return _bare(field.annotation)


def is_repeated(field: FieldInfo) -> bool:
    """Whether the option may be given several times."""
    kind = kind_of(field)
    return kind is Terms or get_origin(kind) in (tuple, dict)


def takes_null(field: FieldInfo) -> bool:
    """Whether the field may hold null."""
    return NoneType in get_args(field.annotation)


def holds_money(field: FieldInfo) -> bool:
    """Whether a currency may be needed to understand the field."""
    return "Money" in repr(field.annotation) or _item(kind_of(field)) is Money


def metavar(field: FieldInfo) -> str:
    """What to write for the field, for --help."""
    kind = _item(kind_of(field))
    if get_origin(kind) is Literal:
        return "|".join(map(str, get_args(kind)))
    if kind is Terms or get_origin(kind) is dict:
        return "NAME=VALUE"
    known: dict[object, str] = {
        Money: '"AMOUNT CUR"', date: "DAY", datetime: "TIME", AwareDatetime: "TIME", int: "NUMBER", float: "NUMBER",
        Decimal: "NUMBER", bool: "yes|no", External: "SOURCE:KEY", Follows: "DEAL,KIND",
    }  # fmt: skip
    if kind in known:
        return known[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        first = "text" if "text" in kind.model_fields else next(iter(kind.model_fields))
        return f"{first.upper()}[,NAME=VALUE]"
    return "TEXT"


def parts_of(field: FieldInfo) -> list[str]:
    """The names of the parts of a value of several fields, as they are written; none for a single word."""
    kind = _item(kind_of(field))
    if kind in (Money, External) or not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    names = [name.replace("_", "-") for name in kind.model_fields]
    return sorted(names, key=lambda name: name != "text")


def read_field(field: FieldInfo, words: Sequence[str], reading: Reading) -> object:
    """The value that the words of one option say; NotUnderstood or NotATime where they do not."""
    kind = kind_of(field)
    if get_origin(kind) is tuple:
        return tuple(read(get_args(kind)[0], word, reading) for word in words)
    if kind is Terms:
        return dict(_term(word) for word in words)
    if get_origin(kind) is dict:
        return dict(_named(word) for word in words)
    return read(kind, words[-1], reading)


def read(annotation: object, word: str, reading: Reading) -> object:  # noqa: PLR0911 - one table
    """The value of one word; a text stays as it is, pydantic checks it."""
    kind = _bare(annotation)
    if kind is Money:
        return _money(word, reading.currency)
    if kind is External:
        source, separator, key = word.partition(":")
        if not separator:
            raise NotUnderstood(f"{word!r} names no deal of another system. Write SOURCE:KEY.")
        return {"source": source, "key": key}
    if kind is bool:
        return _yes_or_no(word)
    if kind is Decimal:
        return _decimal(word)
    if kind is date:
        return reading.day(word)
    if kind in (datetime, AwareDatetime):
        return reading.instant(word)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _value(kind, word, reading)
    if get_origin(kind) is tuple:
        return tuple(read(get_args(kind)[0], part, reading) for part in re.split(r"[+ ]+", word))
    return word


def _value(kind: type[BaseModel], word: str, reading: Reading) -> object:
    """`price,weight=0.6,note=too dear`: the fields in their order, or by name; or a JSON object."""
    if word.lstrip().startswith("{"):
        return _json(word)
    if "text" in kind.model_fields:
        return _told(kind, word, reading)
    names = iter(kind.model_fields)
    given: dict[str, object] = {}
    for part in word.split(","):
        name, separator, text = part.partition("=")
        name = name.strip().replace("-", "_")
        if not separator or name not in kind.model_fields:
            name, text = next(names, ""), part
        if name not in kind.model_fields:
            raise NotUnderstood(f"{word!r} has more parts than {', '.join(kind.model_fields)}.")
        given[name] = read(kind.model_fields[name].annotation, text.strip(), reading)
    if kind is Follows and "deal" in given:
        given["deal"] = reading.deal(str(given["deal"]))
    return given


def _told(kind: type[BaseModel], word: str, reading: Reading) -> object:
    """`They waited two weeks, and left,reason=no-follow-up`: the text, commas and all, then the rest by name."""
    names = "|".join(re.escape(name) for name in kind.model_fields)
    given: dict[str, object] = {}
    for part in re.split(rf",\s*(?=(?:{names})=)", word):
        name, separator, text = part.partition("=")
        if not separator or name not in kind.model_fields:
            name, text = "text", part
        given[name] = read(kind.model_fields[name].annotation, text.strip(), reading)
    return given


def _term(word: str) -> tuple[str, str]:
    name, text = _named(word)
    known = name.strip().replace("-", "_")
    if known not in Terms.model_fields or text is None:
        able = ", ".join(Terms.model_fields).replace("_", "-")
        raise NotUnderstood(f"{word!r} is no term. Write NAME=VALUE, with one of {able} as NAME.")
    return known, text


def _decimal(word: str) -> object:
    """A number, or so many percent; pydantic checks the number."""
    if not word.endswith("%"):
        return word
    try:
        return Decimal(word[:-1].strip()) / 100
    except InvalidOperation:
        raise NotUnderstood(f"{word!r} is no share. Write 8% or 0.08.") from None


def _money(word: str, currency: Callable[[], str | None]) -> Mapping[str, str]:
    # Thousands may be apart by commas, underscores or blanks: 820,000 CNY.
    found = _MONEY.fullmatch(re.sub(r"(?<=\d)[,_ ](?=\d{3}(?!\d))", "", word.strip()))
    if found is None or (found["before"] and found["after"]):
        raise NotUnderstood(f'{word!r} is no amount. Write it as "820000 CNY".')
    code = found["before"] or found["after"] or currency()
    if code is None:
        raise NotUnderstood(f'{word!r} has no currency. Write it as "{word} CNY", or add --currency CNY.')
    return {"amount": found["amount"], "currency": code.upper()}


def _named(word: str) -> tuple[str, str | None]:
    name, separator, text = word.partition("=")
    if not separator or not name.strip():
        raise NotUnderstood(f"{word!r} names nothing. Write NAME=VALUE, or NAME= to remove it.")
    return name, text or None


def _yes_or_no(word: str) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False}
    if word.lower() not in known:
        raise NotUnderstood(f"{word!r} is neither yes nor no.")
    return known[word.lower()]


def _json(word: str) -> object:
    try:
        return json.loads(word)
    except ValueError as error:
        raise NotUnderstood(f"{word!r} begins like JSON and is none ({error}).") from None


def _item(kind: object) -> object:
    """The type of each of several, or the type itself."""
    return _bare(get_args(kind)[0]) if get_origin(kind) is tuple else kind


def _bare(annotation: Any) -> object:  # noqa: ANN401 - an annotation is anything
    """The type without Annotated and None; of several the first that is no model."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        kinds = [_bare(each) for each in get_args(annotation) if each is not NoneType]
        return kinds[0]
    return annotation
