import pytest
from pydantic import ValidationError

from engine.settings import Settings


def test_a_store_beside_the_user_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STORE", "VIEWS", "TIMEZONE", "BUSY_TIMEOUT"):
        monkeypatch.delenv(f"DEALTRAIL_{name}", raising=False)
    assert Settings().model_dump() == {
        "store": "sqlite:///dealtrail.db",
        "views": None,
        "timezone": None,
        "busy_timeout": 10.0,
    }


def test_the_environment_is_read_and_arguments_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALTRAIL_STORE", "memory:")
    monkeypatch.setenv("DEALTRAIL_TIMEZONE", "")
    monkeypatch.setenv("DEALTRAIL_TOPIC_PREFIX", "other settings do not disturb")
    assert Settings().store == "memory:"
    assert Settings().timezone is None
    assert Settings(store="sqlite:////var/deals.db").store == "sqlite:////var/deals.db"


def test_a_wait_below_zero_is_no_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALTRAIL_BUSY_TIMEOUT", "-1")
    with pytest.raises(ValidationError, match="busy_timeout"):
        Settings()
