"""Rows into a table, new or in place of those with the same key: as many at once as the database takes well."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

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
    compiled = insert(table).inline().compile(dialect=dialect, column_keys=list(names))
    statement = f"{compiled} {_instead(key, names, dialect)}"
    return statement, (compiled.positiontup or names) if compiled.positional else None


def _instead(key: Sequence[str], names: Sequence[str], dialect: Dialect) -> str:
    """What an INSERT does about a row of the same key: both databases say it in these words.

    SQLAlchemy's own are one import a database, and that of PostgreSQL brings every driver there is: no command
    on a file should wait for it.
    """
    quote = dialect.identifier_preparer.quote
    sets = _listed(f"{quote(name)} = excluded.{quote(name)}" for name in names if name not in key)
    return f"ON CONFLICT ({_listed(map(quote, key))}) DO {f'UPDATE SET {sets}' if sets else 'NOTHING'}"


def _copied(
    connection: Connection, table: Table, key: Sequence[str], names: Sequence[str], rows: Sequence[Row]
) -> None:
    """By COPY into a table beside it, from which one statement takes all of them."""
    quote = connection.dialect.identifier_preparer.quote
    columns = _listed(map(quote, names))
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
        cursor.execute(
            f"INSERT INTO {target} ({columns}) SELECT {columns} FROM {staging} "
            f"{_instead(key, names, connection.dialect)}"
        )


def _told(row: Row) -> Row:
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> object:
    return value.replace("\0", NUL) if isinstance(value, str) and "\0" in value else value


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
