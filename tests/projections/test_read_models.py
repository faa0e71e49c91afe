from datetime import UTC, datetime

import pytest
from sqlalchemy import DateTime, Numeric, Select, Table, text
from sqlalchemy.types import Float

from projections.asking.asked import Asked, Filters
from projections.catalogue import PROJECTIONS
from projections.running.projection import key_columns
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.as_of import states_on
from projections.states.deal_states import DealStates
from tests.projections.histories import store

TABLES = [table for projection in PROJECTIONS for table in projection.tables]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_read_models_hold_money_and_instants_as_integers(table: Table) -> None:
    # SQLite would make a float of a Numeric and forget the offset of a DateTime.
    kinds = [type(column.type) for column in table.columns]
    assert not [kind for kind in kinds if issubclass(kind, DateTime)]
    assert not [kind for kind in kinds if issubclass(kind, Numeric) and not issubclass(kind, Float)]
    for column in table.columns:
        if column.name.endswith(("amount", "valid_from", "known_from", "known_to", "_at")):
            assert column.type.python_type is int


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_rows_of_a_stream_are_found_by_their_key(table: Table) -> None:
    stream = key_columns(table)[0]
    assert stream.type.python_type is bytes


def test_a_question_about_the_past_goes_from_each_deal_to_its_row() -> None:
    asked = Asked(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    with store() as deals, Views.open(deals) as views:
        catch_up(views, deals, [DealStates()])
        with views.engine.connect() as connection:

            def plan(statement: Select[tuple[int]]) -> list[str]:
                sql = statement.compile(connection, compile_kwargs={"literal_binds": True})
                return [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]

            states = states_on(views, connection)
            past = plan(states.standing(asked).with_only_columns(states.states.c.stage))
            undated = plan(states.undated(asked, Filters()))
    assert past[0].startswith("SCAN deals_1")
    assert past[1] == "SEARCH deal_states_1 USING INTEGER PRIMARY KEY (rowid=?)"
    assert past[3].startswith(
        "SEARCH x USING COVERING INDEX deal_states_in_order_1 (deal=? AND valid_from<?)"
    )
    assert undated == ["SEARCH deal_states_1 USING INDEX deal_states_undated_1 (valid_from>?)"]
