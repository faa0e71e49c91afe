"""Rows into a table, new or in place of those with the same key: as many at once as the database takes well."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

from projections.running.postgres_views import NUL
from projections.running.projection import Row

MANY = 200
"""Rows from which PostgreSQL is faster with COPY into a table of its own than with an INSERT for each."""

_numbers = count()


def upsert(connection: Connection, table: Table, key: Sequence[str], rows: Sequence[Row]) -> None:
    """Write `rows`, which all have the columns of the first; those of a key that is there are replaced."""
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql" and len(rows) >= MANY:
        _copied(connection, table, key, names, rows)
        return
    # Straight to the driver: naming every parameter of every row again takes as long as writing it.
    statement, places = _statement(table, tuple(key), names, connection.dialect)
    if places is None:
        connection.exec_driver_sql(statement, [_told(row) for row in rows])
    else:
        values = itemgetter(*places)
        connection.exec_driver_sql(statement, [values(row) for row in rows])


@lru_cache(maxsize=256)
def _statement(
    table: Table, key: tuple[str, ...], names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[str] | None]:
    """The statement that writes a row, and the columns of its parameters in order; None: by their names.

    Kept, since to word it takes far longer than to write a few rows.
    """
    insert: Any = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
    rest = _rest(names, key)
    made = (
        insert.on_conflict_do_update(index_elements=key, set_={name: insert.excluded[name] for name in rest})
        if rest
        else insert.on_conflict_do_nothing(index_elements=key)
    )
    compiled = made.compile(dialect=dialect, column_keys=list(names))
    return str(compiled), (compiled.positiontup or names) if compiled.positional else None


def _copied(
    connection: Connection,
    table: Table,
    key: Sequence[str],
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
        rest = _rest(names, key)
        sets = _listed(f"{quote(name)} = excluded.{quote(name)}" for name in rest)
        action = f"UPDATE SET {sets}" if rest else "NOTHING"
        cursor.execute(
            f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {staging} "
            f"ON CONFLICT ({keys}) DO {action}"
        )


def _rest(names: Iterable[str], key: Sequence[str]) -> list[str]:
    """The columns that a row of the same key gets anew."""
    return [name for name in names if name not in key]


def _told(row: Row) -> Row:
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> object:
    return value.replace("\0", NUL) if isinstance(value, str) and "\0" in value else value


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
