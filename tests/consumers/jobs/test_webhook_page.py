"""docs/webhooks.md: its configuration is read, its receiver verifies a message, its table is the schedule."""

import re
import tomllib
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from consumers.jobs.webhooks.endpoints import Endpoint, read
from consumers.jobs.webhooks.messages import body, headers
from consumers.jobs.webhooks.schedule import DELAYS
from consumers.jobs.webhooks.sending import CONNECT, READ
from domain.deal.outcome import DealWon
from engine.clock import now
from tests.consumers.jobs.receiving import OLD_SECRET, SECRET
from tests.domain.telling import recorded

UNITS = {"s": "seconds", "min": "minutes", "h": "hours"}


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "webhooks.md").read_text("utf-8")


def block(page: str, language: str) -> str:
    """The only block of code in that language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)
    return str(found)


def time(words: str) -> timedelta:
    """What `2 h 35 min 5 s` means."""
    return sum(
        (timedelta(**{UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+) (h|min|s)", words)),
        timedelta(0),
    )


def test_the_configuration_on_the_page_is_one(page: str) -> None:
    config = read(tomllib.loads(block(page, "toml")), {"CRM_WEBHOOK_SECRET": SECRET})
    assert [each.name for each in config.endpoints] == ["crm", "warehouse"]
    assert config.endpoints[0].is_about({"region": "south", "team": "east"})


def test_every_field_of_an_endpoint_is_on_the_page(page: str) -> None:
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", page, flags=re.MULTILINE))))
    assert set(Endpoint.model_fields) - {"insecure"} <= told
    assert "`insecure = true`" in page
    assert "`keep_days = 30`" in page


def test_the_receiver_on_the_page_verifies_a_message(page: str) -> None:
    code = block(page, "python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 5
    names: dict[str, Any] = {"SECRET": SECRET}
    exec(code, names)  # noqa: S102 - the page's own code
    message = body(recorded(DealWon(), 2))
    told = names["received"](message, dict(headers(message, "id", [SECRET], now())))
    assert (told["type"], told["data"]["version"]) == ("dealtrail.DealWon.v1", 2)
    with pytest.raises(WebhookVerificationError):
        names["received"](message, dict(headers(message, "id", [OLD_SECRET], now())))
    with pytest.raises(WebhookVerificationError):
        names["received"](message, dict(headers(message, "id", [SECRET], now() - timedelta(minutes=6))))


def test_the_table_of_tries_is_the_schedule(page: str) -> None:
    rows = re.findall(r"^\| (\d+) \| (.*?) \| (.*?) \|$", page, flags=re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == list(range(1, len(DELAYS) + 2))
    assert [time(delay) for _, delay, _ in rows[1:]] == list(DELAYS)
    assert [time(whole) for _, _, whole in rows] == [timedelta(0), *accumulate(DELAYS)]


def test_the_times_that_an_endpoint_has_are_on_the_page(page: str) -> None:
    assert f"has {CONNECT:.0f} seconds to take the connection" in page
    assert f"answers within {READ:.0f} seconds" in page
