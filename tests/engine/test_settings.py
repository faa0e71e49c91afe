import pytest
from pydantic import ValidationError

from domain.errors import BadInput
from engine.settings import Settings, read_settings


def test_a_store_beside_the_user_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DEALTRAIL_{name.upper()}", raising=False)
    assert Settings().model_dump() == {
        "store": "sqlite:///dealtrail.db",
        "views": None,
        "timezone": None,
        "busy_timeout": 10.0,
        "kafka": "127.0.0.1:9092",
        "kafka_tls": False,
        "kafka_ca": None,
        "kafka_user": None,
        "kafka_password": None,
        "kafka_sasl": "SCRAM-SHA-512",
        "topic_prefix": "",
    }


def test_the_environment_is_read_and_arguments_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALTRAIL_STORE", "memory:")
    monkeypatch.setenv("DEALTRAIL_TIMEZONE", "")
    monkeypatch.setenv("DEALTRAIL_SOMETHING", "other settings do not disturb")
    assert Settings().store == "memory:"
    assert Settings().timezone is None
    assert Settings(store="sqlite:////var/deals.db").store == "sqlite:////var/deals.db"


def test_a_wait_below_zero_is_no_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALTRAIL_BUSY_TIMEOUT", "-1")
    with pytest.raises(ValidationError, match="busy_timeout"):
        Settings()


def test_a_prefix_that_no_topic_can_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALTRAIL_TOPIC_PREFIX", "sales eu/")
    with pytest.raises(ValidationError, match="topic_prefix"):
        Settings()


def test_the_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALTRAIL_KAFKA_PASSWORD", "open sesame")
    assert "sesame" not in f"{Settings()} {Settings()!r} {Settings().model_dump_json()}"


def test_a_variable_that_cannot_be_read_is_named_and_its_value_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEALTRAIL_BUSY_TIMEOUT", "open sesame")
    with pytest.raises(
        BadInput, match="DEALTRAIL_BUSY_TIMEOUT cannot be used: Input should be a valid number"
    ) as told:
        read_settings(store="memory:")
    assert "sesame" not in str(told.value)
