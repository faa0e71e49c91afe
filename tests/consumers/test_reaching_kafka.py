"""Where Kafka is, and who we are there."""

import pytest
from pydantic import SecretStr

from consumers.kafka_client import _place, new_consumer, new_producer
from domain.errors import Unavailable
from engine.settings import Settings


def test_without_a_user_nobody_logs_in() -> None:
    settings = Settings(store="memory:", kafka="one:9092,two:9092")
    assert _place(settings) == {
        "bootstrap_servers": ["one:9092", "two:9092"],
        "security_protocol": "PLAINTEXT",
    }


@pytest.mark.parametrize(("tls", "protocol"), [(True, "SASL_SSL"), (False, "SASL_PLAINTEXT")])
def test_a_user_logs_in_encrypted_or_not(*, tls: bool, protocol: str) -> None:
    settings = Settings(
        store="memory:", kafka_user="relay", kafka_password=SecretStr("open sesame"), kafka_tls=tls
    )
    place = _place(settings)
    assert place["security_protocol"] == protocol
    assert place["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (place["sasl_plain_username"], place["sasl_plain_password"]) == ("relay", "open sesame")


def test_the_authority_of_the_brokers_is_named() -> None:
    settings = Settings(store="memory:", kafka_tls=True, kafka_ca="ca.pem")
    place = _place(settings)
    assert (place["security_protocol"], place["ssl_cafile"]) == ("SSL", "ca.pem")


@pytest.mark.parametrize("client", [new_producer, new_consumer])
def test_a_broker_that_is_not_there_is_named_and_no_password_is(client: object) -> None:
    settings = Settings(
        store="memory:", kafka="127.0.0.1:9", kafka_user="relay", kafka_password=SecretStr("open sesame")
    )
    assert callable(client)
    with pytest.raises(Unavailable, match=r"Kafka at 127\.0\.0\.1:9 cannot be used now") as told:
        client(settings, "relay", bootstrap_timeout_ms=200)
    assert "sesame" not in str(told.value)
