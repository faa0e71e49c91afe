"""Reads a mapping from its TOML file; what is wrong in it is told with file, key and what to try."""

import tomllib
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import BadInput
from interfaces.importing.table.mapping import TableMapping


def read_mapping(path: Path | str) -> TableMapping:
    """The mapping in the file. BadInput names every key that is wrong, not the first alone."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. Look at its name and try again.") from None
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path} is not UTF-8 (byte {error.start + 1}). Save it as UTF-8 and try again."
        ) from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f'{path} is not readable TOML: {error}. Text stands in quotes: key = "id".') from None
    try:
        return TableMapping.model_validate(tables)
    except ValidationError as error:
        told = [_told(each) for each in error.errors(include_url=False)]
    raise BadInput("\n".join((f"{path} is no mapping:", *(f"  {each}" for each in told))))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A hint: the names that look like `word`, else all of them (none for too many)."""
    close = get_close_matches(word, known, n=2, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(map(repr, close))}?"
    return f"There are: {', '.join(map(repr, known))}." if 0 < len(known) <= 40 else ""


def _told(error: ErrorDetails) -> str:
    where = error["loc"]
    key = _key(where)
    match error["type"]:
        case "extra_forbidden":
            keys = tuple(_keys(where[:-1]))
            return f"{key}: there is no such key. {did_you_mean(str(where[-1]), keys)}"
        case "missing":
            return f"{key}: this key is needed."
        case "value_error":
            return f"{key}: {error['msg'].removeprefix('Value error, ')}."
        case _:
            return f"{key}: {error['msg']} (it is {error['input']!r})."


def _key(where: Sequence[int | str]) -> str:
    key = ""
    for part in where:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    return key or "the file"


def _keys(where: Sequence[int | str]) -> Iterator[str]:
    """The keys that the table at `where` may have."""
    table: type[BaseModel] = TableMapping
    for part in where:
        if isinstance(part, str) and part in table.model_fields:
            table = _table_in(table.model_fields[part].annotation) or table
    yield from table.model_fields


def _table_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _table_in(each))), None)
