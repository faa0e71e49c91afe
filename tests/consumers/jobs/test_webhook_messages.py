"""What is sent: the event as it is on Kafka, signed as Standard Webhooks says."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from consumers.jobs.webhooks.messages import body, headers, message_id, ping
from consumers.wire import outgoing
from domain.deal.outcome import DealWon
from engine.clock import now, to_micros
from engine.log import Row
from tests.consumers.jobs.receiving import OLD_SECRET, SECRET
from tests.domain.telling import DEAL, recorded
from tests.domain.test_golden_files import FILES, RECORDED_AT, read

deal_events = pytest.mark.parametrize("name", [name for name in FILES if not name.startswith("Pipeline")])


@deal_events
def test_the_data_of_a_message_is_what_stands_on_kafka_byte_for_byte(name: str) -> None:
    event, state = read(name), FILES[name].read_bytes()
    row = Row(
        position=event.position,
        stream_id=event.stream_id.bytes,
        version=event.version,
        type=name,
        state=state,
        recorded_at=to_micros(RECORDED_AT),
        digest=b"",
        command_id="",
        nth=0,
        fingerprint=b"",
    )
    message = body(event)
    assert message.endswith(b'"data":' + outgoing(row, UUID(int=1)).value + b"}")
    told = json.loads(message)
    assert list(told) == ["type", "timestamp", "data"]
    assert told["type"] == f"dealtrail.{name}.v1"
    assert datetime.fromisoformat(told["timestamp"]) == event.occurred_at


def test_the_id_of_a_message_is_the_same_for_every_attempt_and_another_for_every_endpoint() -> None:
    assert message_id(DEAL, 3, "crm") == f"{DEAL}:3:crm"
    assert message_id(DEAL, 3, "crm") != message_id(DEAL, 3, "billing")


def test_a_receiver_verifies_a_message_with_either_secret() -> None:
    message = body(recorded(DealWon(), 2))
    sent = headers(message, "id", [SECRET, OLD_SECRET], now())
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(message, dict(sent))["type"] == "dealtrail.DealWon.v1"


def test_a_changed_message_does_not_verify() -> None:
    message = body(recorded(DealWon(), 2))
    sent = dict(headers(message, "id", [SECRET], now()))
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(message.replace(b"DealWon", b"DealLost"), sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD_SECRET).verify(message, sent)


def test_the_timestamp_is_that_of_the_attempt() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 999_999, tzinfo=UTC)
    assert headers(b"{}", "id", [SECRET], at)["webhook-timestamp"] == str(int(at.timestamp()))


def test_a_ping_says_nothing() -> None:
    assert json.loads(ping(datetime(2026, 3, 2, tzinfo=UTC))) == {
        "type": "dealtrail.ping",
        "timestamp": "2026-03-02T00:00:00Z",
        "data": {},
    }
