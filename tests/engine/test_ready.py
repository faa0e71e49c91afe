"""An entry that is put together from ready JSON is the entry that its event would be encoded as."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.deal.outlook import DealNoteAdded
from domain.event import Actor, Precision, Recorded
from engine.mapper import ready_entries
from engine.ready import ReadyStream, written_actor

STREAM = UUID("018f0000-0000-7000-8000-000000000001")
NOTE = DealNoteAdded(text='问价 "soon"\n')


@pytest.mark.parametrize(
    "occurred_at",
    [
        datetime(2026, 4, 1, 9, 30, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1890, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
    ],
)
@pytest.mark.parametrize(
    "by",
    [Actor(id="李雷"), Actor(id='say "a"', kind="agent", on_behalf_of="b")],
)
@pytest.mark.parametrize("precision", ["instant", "day", "unknown"])
@pytest.mark.parametrize("line_key", [None, 'D-17/"3"\\'])
@pytest.mark.parametrize("source_recorded_at", [None, datetime(2026, 4, 2, tzinfo=UTC)])
def test_an_entry_put_together_is_the_same_as_one_encoded(
    occurred_at: datetime,
    by: Actor,
    precision: Precision,
    line_key: str | None,
    source_recorded_at: datetime | None,
) -> None:
    recorded = Recorded(
        stream_id=STREAM,
        version=3,
        occurred_at=occurred_at,
        event=NOTE,
        by=by,
        channel='import:"acme"',
        command_id='import:"x":3',
        precision=precision,
        source_recorded_at=source_recorded_at,
        line_key=line_key,
    )
    stream = ReadyStream(STREAM, recorded.channel, 'import:"x":')
    entry = stream.entry(
        3,
        "DealNoteAdded",
        occurred_at,
        precision,
        written_actor(by),
        source_recorded_at,
        line_key,
        NOTE.model_dump_json(exclude_unset=True).encode(),
    )
    assert [entry] == ready_entries([recorded])
