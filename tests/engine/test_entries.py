"""What lies in the store for ever: the bytes of an event, and the event out of its bytes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.deal.life import DealAmountRevised, DealOpened
from domain.deal.outcome import DealWon
from domain.deal.outlook import DealNoteAdded
from domain.deal.people import ContactAdded
from domain.errors import BadInput, StoreNewer, Tampered
from domain.event import Actor, Recorded
from domain.values import Money
from engine.entries import decode, encode

DEAL = UUID("018f0000-0000-7000-8000-000000000001")
AT = datetime(2026, 4, 1, 9, 30, tzinfo=timezone(timedelta(hours=8)))
TAKEN = datetime(2026, 4, 1, 2, tzinfo=UTC)
NOTE = Recorded(
    stream_id=DEAL,
    version=2,
    occurred_at=AT,
    event=DealNoteAdded(text="问价"),
    by=Actor(id="li.lei"),
    channel="cli",
    command_id="c1",
)
EVERYTHING = replace(
    NOTE,
    precision="day",
    by=Actor(id="bot", kind="agent", on_behalf_of="li.lei"),
    correlation_id="k",
    causation_id=f"{DEAL}:1",
    source_recorded_at=datetime(2026, 4, 2, tzinfo=UTC),
    line_key="D-17/3",
)


def read(recorded: Recorded) -> Recorded:
    return decode(recorded.type, encode(recorded), 7, TAKEN)


def test_absent_fields_are_left_out() -> None:
    assert encode(NOTE).decode() == (
        '{"stream_id":"018f0000-0000-7000-8000-000000000001","version":2,"type":"DealNoteAdded",'
        '"occurred_at":"2026-04-01T09:30:00+08:00","by":{"id":"li.lei","kind":"human"},'
        '"channel":"cli","command_id":"c1","data":{"text":"问价"}}'
    )


@pytest.mark.parametrize(
    ("actor", "written"),
    [
        (Actor(id="li.lei"), {"id": "li.lei", "kind": "human"}),
        (Actor(id="li.lei", kind="agent"), {"id": "li.lei", "kind": "agent"}),
        (Actor(id="li.lei", kind="human", on_behalf_of=None), {"id": "li.lei", "kind": "human"}),
        (Actor(id="a", on_behalf_of="b"), {"id": "a", "kind": "human", "on_behalf_of": "b"}),
        (Actor(id="a", kind="agent", on_behalf_of="b"), {"id": "a", "kind": "agent", "on_behalf_of": "b"}),
    ],
)
def test_who_did_it_is_always_written_with_their_kind(actor: Actor, written: dict[str, str]) -> None:
    assert json.loads(encode(replace(NOTE, by=actor)))["by"] == written


def test_the_fields_stand_in_the_order_of_the_vocabulary() -> None:
    assert list(json.loads(encode(EVERYTHING))) == [
        "stream_id",
        "version",
        "type",
        "occurred_at",
        "precision",
        "by",
        "channel",
        "command_id",
        "correlation_id",
        "causation_id",
        "source_recorded_at",
        "line_key",
        "data",
    ]


@pytest.mark.parametrize("recorded", [NOTE, EVERYTHING])
def test_what_was_written_is_read_again(recorded: Recorded) -> None:
    assert read(recorded) == replace(recorded, position=7, recorded_at=TAKEN)
    assert encode(read(recorded)) == encode(recorded)


def test_a_field_that_was_cleared_differs_from_one_that_was_not_given() -> None:
    cleared = replace(NOTE, event=DealAmountRevised(amount=None, previous=None))
    assert json.loads(encode(cleared))["data"] == {"amount": None, "previous": None}
    assert read(cleared).event.model_fields_set == {"amount", "previous"}
    assert json.loads(encode(replace(NOTE, event=DealWon())))["data"] == {}


def test_money_is_written_as_it_was_given() -> None:
    won = replace(
        NOTE, event=DealWon(amount=Money.model_validate({"amount": "820000.00", "currency": "CNY"}))
    )
    assert b'"amount":{"amount":"820000.00","currency":"CNY"}' in encode(won)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (datetime(2026, 4, 1, 0, 0, 0, 1, tzinfo=UTC), "2026-04-01T00:00:00.000001Z"),
        (datetime(2026, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")), "2026-07-01T00:00:00+02:00"),
        (
            datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
            "2025-10-26T02:30:00+01:00",
        ),
        (datetime(1890, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")), "1889-12-31T15:54:17Z"),
    ],
)
def test_a_time_is_written_with_the_offset_that_it_had(at: datetime, written: str) -> None:
    recorded = replace(NOTE, occurred_at=at)
    assert json.loads(encode(recorded))["occurred_at"] == written
    assert read(recorded).occurred_at.timestamp() == at.timestamp()


def test_a_field_that_a_newer_version_added_is_dropped() -> None:
    newer = encode(NOTE).replace(b'"data":{', b'"mood":"calm","data":{"colour":"red",')
    assert decode("DealNoteAdded", newer, 7, TAKEN) == replace(NOTE, position=7, recorded_at=TAKEN)


def test_an_event_of_a_newer_version_asks_for_an_update() -> None:
    with pytest.raises(StoreNewer, match=r"position 7 is of the type 'DealTeleported'.*update dealtrail"):
        decode("DealTeleported", encode(NOTE), 7, TAKEN)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (b"", "Invalid JSON"),
        (b"[]", "state: "),
        (b'{"version":1}', "stream_id: Field required"),
        (encode(NOTE)[:-1], "Invalid JSON"),
        (encode(NOTE).replace(b'"version":2', b'"version":0'), "version: "),
        (encode(NOTE).replace(b"+08:00", b""), "occurred_at: .*timezone"),
        (encode(NOTE).replace(b'"text":', b'"test":'), "data.text: Field required"),
    ],
)
def test_bytes_that_are_no_event_of_the_type_were_tampered_with(written: bytes, found: str) -> None:
    with pytest.raises(Tampered, match=f"position 7 is not a readable DealNoteAdded: .*{found}"):
        decode("DealNoteAdded", written, 7, TAKEN)


def test_no_personal_data_stands_in_the_message_about_it() -> None:
    contact = replace(NOTE, event=ContactAdded(contact="c1", name="Li Lei", phone="138-0000"))
    with pytest.raises(Tampered) as raised:
        decode("ContactAdded", encode(contact).replace(b'"c1","name"', b'17,"name"'), 7, TAKEN)
    assert "data.contact" in str(raised.value)
    assert "Li Lei" not in str(raised.value)
    assert "138" not in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"occurred_at": datetime(2026, 4, 1)}, "occurred_at"),  # noqa: DTZ001 - naive on purpose
        ({"version": 0}, "version"),
        ({"channel": None}, "channel"),
        ({"command_id": 17}, "command_id"),
        (
            {"occurred_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))},
            "outside the years 1 to 9999",
        ),
    ],
)
def test_an_envelope_that_cannot_be_read_again_is_not_written(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput, match=field):
        encode(replace(NOTE, **wrong))  # type: ignore[arg-type]


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(BadInput, match="no Unicode"):
        encode(replace(NOTE, channel="cli\ud800"))


def test_an_opening_keeps_its_segments_in_order() -> None:
    opened = DealOpened(title="T", pipeline="standard", pipeline_revision=1, segment={"z": "1", "a": "2"})
    assert b'"segment":{"z":"1","a":"2"}' in encode(replace(NOTE, event=opened))
    assert read(replace(NOTE, event=opened)).event == opened
