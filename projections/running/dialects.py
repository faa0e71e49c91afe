"""What SQLite and PostgreSQL say in different words: JSON of segments, digits of an id."""

from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, String, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from projections.running.postgres_views import NUL

ASIDE = "\ufdd1"
"""What stands for two backslashes in JSON for a moment; as NUL it is kept for such uses."""

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


class member(GenericFunction[str]):  # noqa: N801 - it stands in SQL under this name
    """The text that a JSON object holds under a name; null where it does not."""

    type = String()
    inherit_cache = True


class digits(GenericFunction[str]):  # noqa: N801 - it stands in SQL under this name
    """Bytes as hexadecimal digits, in capitals."""

    type = String()
    inherit_cache = True


def segment(segments: ColumnElement[str], name: str) -> ColumnElement[str]:
    """The value of a segment in a column that holds all of them as a JSON object."""
    return member(segments, literal(name, String))


def hexadecimal(column: ColumnElement[bytes]) -> ColumnElement[str]:
    """The digits of a column of bytes."""
    return digits(column)


def holds(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a text of ours holds `text`; of Latin letters without accents it does not matter how they are written.

    That is as far as SQLite goes.
    """
    return func.lower(column).contains(text.translate(_SMALL), autoescape=True)


@compiles(member)
def _member_in_sqlite(called: member, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    # Not by a path: a name may hold whatever a path takes for its own.
    document, name = (compiler.process(each, **kw) for each in called.clauses)
    return f"(SELECT value FROM json_each({document}) WHERE key = {name})"


@compiles(member, "postgresql")
def _member_in_postgresql(called: member, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    document, name = (compiler.process(each, **kw) for each in called.clauses)
    # It takes a nul into JSON, but not out of it. Two backslashes are one that was meant, also in front of u0000.
    # E'…' means the same whatever standard_conforming_strings is.
    aside = f"replace({document}, E'\\\\\\\\', '{ASIDE}')"
    without = f"replace({aside}, E'\\\\u0000', '{NUL}')"
    return f"(CAST(replace({without}, '{ASIDE}', E'\\\\\\\\') AS json) ->> {name})"


@compiles(digits)
def _digits_in_sqlite(called: digits, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"hex({compiler.process(called.clauses, **kw)})"


@compiles(digits, "postgresql")
def _digits_in_postgresql(called: digits, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    return f"upper(encode({compiler.process(called.clauses, **kw)}, 'hex'))"
