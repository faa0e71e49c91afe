"""docs/announce.md: its configuration and addresses are read, and what it says is what is said."""

import re
import tomllib
from pathlib import Path

import pytest

from consumers.jobs.announce.choosing import Announce
from consumers.jobs.announce.job import make
from consumers.jobs.announce.news import news
from consumers.jobs.announce.sending import Channel
from tests.consumers.jobs.test_announce_wording import (
    CORRECTED,
    LOST,
    OPENED,
    PUSHED,
    REOPENED,
    WON,
    lines,
    said,
    words,
)
from tests.domain.telling import told


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "announce.md").read_text("utf-8")


def test_the_configuration_on_the_page_is_one(page: str) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    config = tomllib.loads(block)
    assert make(config, {"SALES_CHATS": "json://localhost json://localhost/two"}).name == "announce"
    read = Announce.model_validate(config)
    unsaid = Announce(urls_env="SALES_CHATS")
    assert (read.kinds, read.days) == (unsaid.kinds, unsaid.days)


def test_every_field_is_on_the_page(page: str) -> None:
    names = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", page, flags=re.MULTILINE)))
    assert sorted(names) == sorted(Announce.model_fields)


def test_every_address_on_the_page_is_one_that_is_read(page: str) -> None:
    (table,) = re.findall(r"\| service \| address \|\n(.*?)\n\n", page, flags=re.DOTALL)
    services = {
        address: Channel(address.replace("HOST", "example.com"), 0).service
        for address in re.findall(r"`(\w+://[^`]+\w)`", table)
    }
    assert sorted(set(services.values())) == [
        "DingTalk (urls.0)",
        "Feishu (urls.0)",
        "Lark (Feishu) (urls.0)",
        "Power Automate / Workflows (for MSTeams) (urls.0)",
        "Slack (urls.0)",
        "WeCom Bot (urls.0)",
    ]
    assert len(services) == 7


def test_what_the_page_says_is_what_is_said(page: str) -> None:
    story = told(OPENED, WON, CORRECTED)
    before, after = news(story[:2], 2), news(story, 2)
    assert before is not None
    assert after is not None
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    shown = [block.splitlines() for language, block in blocks if not language and block[0] != "$"]
    assert shown == [
        said("zh-CN", OPENED, WON),
        said("en", OPENED, LOST),
        said("zh-CN", OPENED, LOST, REOPENED),
        said("en", OPENED, PUSHED),
        lines(words("zh-CN").correction(before, after, CORRECTED)),
    ]


def test_every_message_has_the_word_that_a_protected_bot_wants(page: str) -> None:
    assert "`负责人` in Chinese, `owner` in English" in page
    for events in ((OPENED, WON), (OPENED.model_copy(update={"owner": None}), LOST), (OPENED, PUSHED)):
        assert any("负责人" in line for line in said("zh-CN", *events))
        assert any("owner" in line for line in said("en", *events))
