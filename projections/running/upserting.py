"""Rows into a table, new or in place of those with the same key: as many at once as the database takes well."""

from collections.abc import Iterable, Sequence
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

from projections.running.postgres_views import NUL
from projections.running.projection import Row

MANY = 200
"""Rows from which PostgreSQL is faster with COPY into a table of its own than with an INSERT for each."""

_numbers = count()


def upsert(connection: Connection, table: Table, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Write `rows`, which all have the columns of the first; those of a key that is there are replaced."""
    names = list(rows[0])
    rest = [name for name in names if name not in key]
    if connection.dialect.name != "postgresql":
        _each(connection, _statement(sqlite.insert(table), key, rest), names, rows)
    elif len(rows) < MANY:
        _each(connection, _statement(postgresql.insert(table), key, rest), names, rows)
    else:
        _copied(connection, table, key, rest, names, rows)


def _statement(insert: Any, key: Sequence[str], rest: Sequence[str]) -> Insert:  # noqa: ANN401 - of either dialect
    made: Insert = (
        insert.on_conflict_do_update(index_elements=key, set_={name: insert.excluded[name] for name in rest})
        if rest
        else insert.on_conflict_do_nothing(index_elements=key)
    )
    return made


def _each(connection: Connection, upsert: Insert, names: Sequence[str], rows: Sequence[Row]) -> None:
    # Straight to the driver: naming every parameter of every row again takes as long as writing it.
    compiled = upsert.compile(dialect=connection.dialect, column_keys=list(names))
    if compiled.positional:
        values = itemgetter(*(compiled.positiontup or names))
        connection.exec_driver_sql(str(compiled), [values(row) for row in rows])
    else:
        connection.exec_driver_sql(str(compiled), [_told(row) for row in rows])


def _copied(
    connection: Connection,
    table: Table,
    key: Sequence[str],
    rest: Sequence[str],
    names: Sequence[str],
    rows: Sequence[Row],
) -> None:
    """By COPY into a table beside it, from which one statement takes all of them."""
    quote = connection.dialect.identifier_preparer.quote
    columns, keys = _listed(map(quote, names)), _listed(map(quote, key))
    target, staging = quote(table.name), f"staging_{next(_numbers)}"
    cursor: Any = connection.connection.cursor()
    with cursor:
        cursor.execute(
            f"CREATE TEMP TABLE {staging} ON COMMIT DROP AS SELECT {columns} FROM {target} WITH NO DATA"
        )
        with cursor.copy(f"COPY {staging} ({columns}) FROM STDIN") as copy:
            values = itemgetter(*names)
            for row in rows:
                copy.write_row([_text(value) for value in values(row)])
        sets = _listed(f"{quote(name)} = excluded.{quote(name)}" for name in rest)
        action = f"UPDATE SET {sets}" if rest else "NOTHING"
        cursor.execute(
            f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {staging} "
            f"ON CONFLICT ({keys}) DO {action}"
        )


def _told(row: Row) -> Row:
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> object:
    return value.replace("\0", NUL) if isinstance(value, str) and "\0" in value else value


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
