"""`dealtrail relay init` and `status`, as they are typed."""

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.deals import Deals
from engine.settings import Settings
from interfaces.cli.formats import Formats
from tests.interfaces.command_line import CommandLine


def test_how_far_the_relay_is_is_told_in_the_reader_s_words_and_time(
    run: CommandLine, kafka_address: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEALTRAIL_KAFKA", kafka_address)
    monkeypatch.setenv("DEALTRAIL_TOPIC_PREFIX", topic_prefix)
    run.opened("Pumps", "--owner", "li.lei")
    run.well("relay", "init")
    assert "Marked at                         none" in run.well("relay", "status").out
    with Deals(Settings(store=os.environ["DEALTRAIL_STORE"])) as deals:
        deals.store.mark_relayed(1, deals.store.rows(0, 1)[0].digest)
    told = run.well("relay", "status", "-o", "json").json
    assert (told["position"], told["mark_position"]) == (None, 1)
    marked_at = datetime.fromisoformat(told["marked_at"])
    assert marked_at.tzinfo == UTC
    for lang, zone in (("en", "Asia/Shanghai"), ("zh-CN", "America/New_York")):
        table = run.well("relay", "status", "--lang", lang, "--tz", zone).out
        assert Formats("en" if lang == "en" else "zh-CN", ZoneInfo(zone)).instant(marked_at) in table
        assert told["marked_at"] not in table
