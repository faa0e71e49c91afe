"""The envelope of a line: names, times, versions and who, each checked by itself."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from domain.event import Actor, Precision
from engine.clock import to_micros
from interfaces.importing.history.wording import LineRefused, shown, told

_PRECISIONS = ("instant", "day", "unknown")
_LONGEST_NAME = 500

By = tuple[str, str, str | None]
"""Id, kind, and on whose behalf."""


def time_of(fields: dict[str, Any], latest: int) -> tuple[str | None, int, Precision]:
    """`at` as it was written, in µs, and the precision; None and 0 where the line has no time."""
    precision = fields.get("precision")
    if precision is not None and precision not in _PRECISIONS:
        raise LineRefused("precision", shown(precision), f"it is one of {', '.join(_PRECISIONS)}")
    found = instant(fields, "at", latest)
    if found is not None:
        return (*found, precision or "instant")
    if precision not in (None, "unknown"):
        raise LineRefused("at", None, f"without a time the precision is unknown, not {precision}")
    return None, 0, "unknown"


def instant(fields: dict[str, Any], name: str, latest: int) -> tuple[str, int] | None:
    """A time as it was written and in µs; LineRefused where it is none, or later than `latest`."""
    text = fields.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise LineRefused(name, shown(text), "this is no time such as 2026-04-01T09:30:00+08:00") from None
    if moment.tzinfo is None:
        raise LineRefused(
            name,
            shown(text),
            "the time has no offset: add one such as +08:00 (a day is its start, with precision day)",
        )
    micros = to_micros(moment)
    if micros > latest:
        raise LineRefused(name, shown(text), "this time has not come yet (more than five minutes ahead)")
    if moment.year == 1 and moment.replace(tzinfo=None) - datetime.min < (moment.utcoffset() or timedelta()):  # noqa: DTZ901
        raise LineRefused(name, shown(text), "this time lies before the year 1")
    return text, micros


def who(fields: dict[str, Any]) -> By | None:
    """Who did it, if the line says so."""
    by = fields.get("by")
    if by is None:
        return None
    return _person(by) if isinstance(by, str) else _actor(by)


@lru_cache(maxsize=4096)
def _person(name: str) -> By:
    return _actor({"id": name})


def _actor(given: object) -> By:
    try:
        actor = Actor.model_validate(given, extra="forbid")
    except ValidationError as error:
        raise told(error, "by", "by") from None
    return actor.id, actor.kind, actor.on_behalf_of


def version_of(fields: dict[str, Any]) -> int | None:
    """The place in the deal, if the line has one."""
    version = fields.get("version")
    if version is None:
        return None
    if type(version) is not int or not 1 <= version < 2**62:
        raise LineRefused("version", shown(version), "a version is a whole number from 1")
    return version


def required(fields: dict[str, Any], name: str) -> str:
    """A text that must be there."""
    text = optional(fields, name)
    if text is None:
        raise LineRefused(name, None, "this field is missing")
    return text


def optional(fields: dict[str, Any], name: str) -> str | None:
    """A text, if it is there."""
    text = fields.get(name)
    if text is None:
        return None
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_NAME:
        raise LineRefused(name, shown(text), f"this is no text of 1 to {_LONGEST_NAME} characters")
    return text
