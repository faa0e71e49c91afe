"""An event as one row of a table that DuckDB, Spark and warehouses read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from consumers.jobs.archive.personal import without_personal_data
from consumers.wire import Delivered
from engine.clock import to_micros

_TIME = pa.timestamp("us", tz="UTC")

OFFSET = "kafka_offset"

SCHEMA = pa.schema(
    [
        ("position", pa.int64()),
        ("recorded_at", _TIME),
        ("stream_id", pa.string()),
        ("version", pa.int64()),
        ("type", pa.string()),
        ("occurred_at", _TIME),
        ("occurred_at_text", pa.string()),
        ("precision", pa.string()),
        ("by_id", pa.string()),
        ("by_kind", pa.string()),
        ("on_behalf_of", pa.string()),
        ("channel", pa.string()),
        ("command_id", pa.string()),
        ("correlation_id", pa.string()),
        ("causation_id", pa.string()),
        ("source_recorded_at", _TIME),
        ("line_key", pa.string()),
        ("data", pa.string()),
        ("value", pa.string()),
        ("kafka_partition", pa.int32()),
        (OFFSET, pa.int64()),
    ]
)
"""The columns of every file. Add at the end, never rename: readers take all files together.

Times are instants; `occurred_at_text` has the offset that the time was given with. `data` and `value` are JSON,
`value` the whole of it.
"""


def table_of(events: Sequence[Delivered], *, personal_data: bool = True) -> Any:  # noqa: ANN401 - pyarrow's table
    """A row for each event, in order; without the † fields where `personal_data` is not wanted."""
    rows = [_row(each, personal_data=personal_data) for each in events]
    columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _row(delivered: Delivered, *, personal_data: bool) -> tuple[object, ...]:
    recorded, value = delivered.event, delivered.value.decode()
    if not personal_data:
        value = without_personal_data(value)
    return (
        recorded.position,
        _micros(recorded.recorded_at),
        str(recorded.stream_id),
        recorded.version,
        recorded.type,
        _micros(recorded.occurred_at),
        _text(value, "occurred_at"),
        recorded.precision,
        recorded.by.id,
        recorded.by.kind,
        recorded.by.on_behalf_of,
        recorded.channel,
        recorded.command_id,
        recorded.correlation_id,
        recorded.causation_id,
        _micros(recorded.source_recorded_at),
        recorded.line_key,
        _data(value),
        value,
        delivered.partition,
        delivered.offset,
    )


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


# Both cut the text that was stored out of it: written again, a number or a time might look different. A name
# with its quotation marks is nowhere inside a JSON text, where they would be escaped; `by` has neither name.


def _text(value: str, name: str) -> str:
    start = value.index(f'"{name}":"') + len(name) + 4
    return value[start : value.index('"', start)]


def _data(value: str) -> str:
    """The last field of the value: all between its name and the brace that ends the value."""
    return value[value.index('"data":') + len('"data":') : -1]
