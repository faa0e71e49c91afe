"""Which deal a name means: a UUID, SOURCE:KEY, the key alone, or the beginning of the first two; and back."""

from collections.abc import Collection, Mapping, Sequence
from re import fullmatch
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, func, literal, or_, select

from domain.errors import BadInput, NotFound
from projections.running.dialects import hexadecimal
from projections.running.views import Views
from projections.states.deal_states import DEALS

AT_ONCE = 10_000
"""So many deals are asked for in one query; databases bind few more."""

SHOWN = 5
"""Candidates that are listed where a name means several deals."""


class Ambiguous(BadInput):
    """The name means more than one deal."""

    def __init__(self, text: str, candidates: Sequence[str], *, more: bool) -> None:
        self.candidates = tuple(candidates)
        listed = "".join(f"\n  {each}" for each in candidates)
        rest = "\n  …" if more else ""
        super().__init__(
            f"{text!r} means several deals. Write more of the name of one of them:{listed}{rest}"
        )


def find_deal(views: Views, text: str) -> UUID:
    """The deal that `text` names; an exact name wins over the beginning of another.

    NotFound where there is none, Ambiguous (with candidates) where there are several.
    """
    name = normalize("NFC", text).strip()
    if not name:
        raise BadInput("Name a deal: its UUID, SOURCE:KEY, or the beginning of either.")
    with views.engine.connect() as connection:
        table = views.table_on(connection, DEALS)
        for search in (_exactly, _by_key, _by_beginning):
            found = search(connection, table, name)
            if len(found) == 1:
                return UUID(bytes=found[0].deal)
            if found:
                shown = [_told(row) for row in found[:SHOWN]]
                raise Ambiguous(text, shown, more=len(found) > SHOWN)
    raise NotFound(
        f"There is no deal {text!r}. A deal is named by its UUID, by SOURCE:KEY, or by the beginning of either; "
        "`dealtrail deal list` shows those there are."
    )


def names_of(views: Views, deals: Collection[UUID]) -> Mapping[UUID, str]:
    """What people call these deals: SOURCE:KEY, or the UUID of one that has no key; find_deal understands both."""
    names = {deal: str(deal) for deal in deals}
    keys = [deal.bytes for deal in names]
    with views.engine.connect() as connection:
        table = views.table_on(connection, DEALS)
        having = select(table.c.deal, table.c.source, table.c.key).where(table.c.key.is_not(None))
        for first in range(0, len(keys), AT_ONCE):
            found = connection.execute(having.where(table.c.deal.in_(keys[first : first + AT_ONCE])))
            names |= {UUID(bytes=row.deal): _called(row) for row in found}
    return names


def _exactly(connection: Connection, table: Table, name: str) -> Sequence[Row[Any]]:
    return _select(connection, table, _name(table) == name, table.c.deal == _uuid(name))


def _by_key(connection: Connection, table: Table, name: str) -> Sequence[Row[Any]]:
    return _select(connection, table, table.c.key == name)


def _by_beginning(connection: Connection, table: Table, name: str) -> Sequence[Row[Any]]:
    conditions = [func.substr(_name(table), 1, len(name)) == name]
    if fullmatch("[0-9A-Fa-f]+[0-9A-Fa-f-]*", name):
        digits = name.replace("-", "").upper()
        conditions.append(func.substr(hexadecimal(table.c.deal), 1, len(digits)) == digits)
    return _select(connection, table, *conditions)


def _select(connection: Connection, table: Table, *any_of: ColumnElement[bool]) -> Sequence[Row[Any]]:
    columns = (table.c.deal, table.c.source, table.c.key, table.c.title)
    # Where it is not said, each database has a mind of its own about where a missing name comes.
    order = (table.c.source.nulls_first(), table.c.key.nulls_first(), table.c.deal)
    statement = select(*columns).where(or_(*any_of)).order_by(*order)
    return connection.execute(statement.limit(SHOWN + 1)).all()


def _name(table: Table) -> ColumnElement[str]:
    return table.c.source + literal(":") + table.c.key


def _uuid(name: str) -> bytes | None:
    try:
        return UUID(name).bytes
    except ValueError:
        return None


def _told(row: Row[Any]) -> str:
    return f"{_called(row)}  {row.title}"


def _called(row: Row[Any]) -> str:
    return str(UUID(bytes=row.deal)) if row.key is None else f"{row.source}:{row.key}"
