"""Reading the tables of read models, for comparing them."""

from typing import Any

from sqlalchemy import Table, select

from projections.running.projection import key_columns
from projections.running.views import Views
from projections.states.deal_states import DEAL_STATES, DEALS

Read = dict[str, list[dict[str, Any]]]


def rows(views: Views, logical: Table) -> list[dict[str, Any]]:
    """The rows in force of a table, in the order of their keys, without surrogate keys."""
    table = views.table(logical)
    order = [table.c[each.name] for each in key_columns(logical)]
    columns = [each for each in table.c if not each.info.get("surrogate")]
    with views.engine.connect() as connection:
        found = connection.execute(select(*columns).order_by(*order)).mappings()
        return [dict(row) for row in found]


def read(views: Views) -> Read:
    """Everything that `deal_states` keeps."""
    return {table.name: rows(views, table) for table in (DEALS, DEAL_STATES)}
