"""What a sales team reads when a deal is won, lost, reopened or pushed: stories, and the messages word by word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from consumers.jobs.announce.news import news
from consumers.jobs.announce.sentences import Lang
from consumers.jobs.announce.wording import Message, Wording
from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealAmountRevised, DealDetailsChanged, DealExpectedCloseMoved, DealOpened
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.team import DealOwnerAssigned
from domain.event import Event, Recorded
from domain.values import Cause, Money
from tests.domain.telling import cny, recorded, told

MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)
OPENED = DealOpened(
    title="仓库照明",
    account_name="Acme",
    owner="li.lei",
    amount=cny("80000"),
    expected_close=MARCH,
    pipeline_revision=1,
)
WON = DealWon(
    amount=cny("58000"),
    causes=(
        Cause(reason="price", effect="pushed"),
        Cause(reason="relationship"),
        Cause(reason="delivery", effect="blocked"),
    ),
)
LOST = DealLost(
    kind="competitor",
    competitor="Initech",
    competitor_price=Money.model_validate({"amount": "52000.50", "currency": "CNY"}),
    causes=(Cause(reason="price"), Cause(reason="slow-response")),
    note="They signed\nbefore we called back.",
)
REOPENED = DealReopened(reason="budget-cut", note="Half of the budget is back.")
PUSHED = DealExpectedCloseMoved(expected_close=APRIL, reason="no-budget")
CORRECTED = EventCorrected(
    corrects=2,
    type="DealWon",
    replacement=Replacement(data={"amount": {"amount": "85000", "currency": "CNY"}}),
    reason="other",
    note="A line was missing.",
)
RETRACTED = EventRetracted(retracts=2, type="DealWon", reason="duplicate")


def words(lang: Lang, zone: str = "Asia/Shanghai") -> Wording:
    return Wording(lang, ZoneInfo(zone))


def said(lang: Lang, *events: Event | Recorded) -> list[str]:
    """The message about the last event of a story that is told a day after day from Monday, 2 March 2026."""
    story = [
        each if isinstance(each, Recorded) else recorded(each, nth) for nth, each in enumerate(events, 1)
    ]
    found = news(story, len(story))
    assert found is not None
    return lines(words(lang).message(found))


def lines(message: Message) -> list[str]:
    return [message.headline, *message.lines]


STORIES: Sequence[tuple[str, Sequence[Event | Recorded], Sequence[str], Sequence[str]]] = (
    (
        "won",
        (OPENED, WON),
        (
            "Won: 仓库照明",
            "CN¥58,000 · Acme · owner li.lei",
            "Why: Price, Relationship",
            "Won on 3 Mar 2026, a day after it was opened",
        ),
        (
            "【签单】仓库照明",
            "金额：¥58,000　客户：Acme　负责人：li.lei",
            "签单原因：价格、客户关系",
            "签单日期：2026年3月3日（商机历时 1 天）",
        ),
    ),
    (
        "won at the amount that the deal had, by its new owner, under its new name",
        (
            OPENED,
            DealAmountRevised(amount=cny("60000")),
            DealOwnerAssigned(owner="王伟"),
            DealDetailsChanged(title="Dock doors"),
            DealWon(),
        ),
        ("Won: Dock doors", "CN¥60,000 · Acme · owner 王伟", "Won on 6 Mar 2026, 4 days after it was opened"),
        (
            "【签单】Dock doors",
            "金额：¥60,000　客户：Acme　负责人：王伟",
            "签单日期：2026年3月6日（商机历时 4 天）",
        ),
    ),
    (
        "won without anything known but its title, late in the evening and within a day",
        (
            DealOpened(title="Racks", pipeline_revision=1),
            recorded(DealWon(), 2, occurred_at=datetime(2026, 3, 2, 17, tzinfo=UTC)),
        ),
        ("Won: Racks", "no owner", "Won on 3 Mar 2026, within a day of its opening"),
        ("【签单】Racks", "负责人：未指定", "签单日期：2026年3月3日（商机开立不足 1 天）"),
    ),
    (
        "won on a day that only the date is known of, which is that date everywhere",
        (OPENED, recorded(DealWon(), 2, occurred_at=datetime(2026, 3, 9, 23, tzinfo=UTC), precision="day")),
        ("Won: 仓库照明", "CN¥80,000 · Acme · owner li.lei", "Won on 9 Mar 2026, 7 days after it was opened"),
        (
            "【签单】仓库照明",
            "金额：¥80,000　客户：Acme　负责人：li.lei",
            "签单日期：2026年3月9日（商机历时 7 天）",
        ),
    ),
    (
        "won on an unknown date",
        (OPENED, recorded(DealWon(), 2, precision="unknown")),
        ("Won: 仓库照明", "CN¥80,000 · Acme · owner li.lei", "Won, on an unknown date"),
        ("【签单】仓库照明", "金额：¥80,000　客户：Acme　负责人：li.lei", "签单日期：未知"),
    ),
    (
        "lost",
        (OPENED, LOST),
        (
            "Lost: 仓库照明",
            "CN¥80,000 · Acme · owner li.lei",
            "Bought elsewhere: Initech, at CN¥52,000.50",
            "Why: Price, Slow response",
            "Note: They signed before we called back.",
            "Lost on 3 Mar 2026, a day after it was opened",
        ),
        (
            "【丢单】仓库照明",
            "金额：¥80,000　客户：Acme　负责人：li.lei",
            "丢单类型：输给竞争对手（Initech，报价 ¥52,000.50）",
            "丢单原因：价格、响应太慢",
            "备注：They signed before we called back.",
            "丢单日期：2026年3月3日（商机历时 1 天）",
        ),
    ),
    (
        "lost to nobody",
        (OPENED, DealLost(kind="no-decision")),
        (
            "Lost: 仓库照明",
            "CN¥80,000 · Acme · owner li.lei",
            "No decision",
            "Lost on 3 Mar 2026, a day after it was opened",
        ),
        (
            "【丢单】仓库照明",
            "金额：¥80,000　客户：Acme　负责人：li.lei",
            "丢单类型：客户未决策",
            "丢单日期：2026年3月3日（商机历时 1 天）",
        ),
    ),
    (
        "reopened",
        (OPENED, LOST, REOPENED),
        (
            "Reopened: 仓库照明",
            "CN¥80,000 · Acme · owner li.lei",
            "It was lost on 3 Mar 2026 (Bought elsewhere).",
            "Reason: Budget cut",
            "Note: Half of the budget is back.",
            "Reopened on 4 Mar 2026, 2 days after it was opened",
        ),
        (
            "【重新打开】仓库照明",
            "金额：¥80,000　客户：Acme　负责人：li.lei",
            "此前于2026年3月3日丢单（输给竞争对手）。",
            "原因：预算削减",
            "备注：Half of the budget is back.",
            "重新打开日期：2026年3月4日（商机历时 2 天）",
        ),
    ),
    (
        "pushed",
        (OPENED, PUSHED),
        (
            "Pushed: 仓库照明",
            "CN¥80,000 · Acme · owner li.lei",
            "Expected close: 31 Mar 2026 → 30 Apr 2026, 30 days later, into Q2 2026",
            "Its first push; open for a day",
            "Reason: No budget",
        ),
        (
            "【成交推迟】仓库照明",
            "金额：¥80,000　客户：Acme　负责人：li.lei",
            "预计成交日期：2026年3月31日 → 2026年4月30日，推迟 30 天，跨季至 2026 年 Q2",
            "首次推迟；商机已历时 1 天",
            "原因：没有预算",
        ),
    ),
    (
        "pushed again, by a day, behind a day that was pulled in",
        (
            OPENED,
            PUSHED,
            DealExpectedCloseMoved(expected_close=date(2026, 4, 20)),
            DealExpectedCloseMoved(expected_close=date(2026, 4, 21), previous=APRIL),
        ),
        (
            "Pushed: 仓库照明",
            "CN¥80,000 · Acme · owner li.lei",
            "Expected close: 20 Apr 2026 → 21 Apr 2026, a day later",
            "Push number 2; open for 3 days",
        ),
        (
            "【成交推迟】仓库照明",
            "金额：¥80,000　客户：Acme　负责人：li.lei",
            "预计成交日期：2026年4月20日 → 2026年4月21日，推迟 1 天",
            "第 2 次推迟；商机已历时 3 天",
        ),
    ),
)


@pytest.mark.parametrize(
    ("story", "english", "chinese"), [each[1:] for each in STORIES], ids=[each[0] for each in STORIES]
)
def test_a_story_is_told_in_both_languages(
    story: Sequence[Event | Recorded], english: Sequence[str], chinese: Sequence[str]
) -> None:
    assert said("en", *story) == list(english)
    assert said("zh-CN", *story) == list(chinese)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "Correction · Won: 仓库照明",
                "CN¥85,000 · Acme · owner li.lei",
                "Won on 3 Mar 2026, a day after it was opened",
                "Announced before: Won, CN¥58,000, 3 Mar 2026",
                "Why it was corrected: Other",
                "Note: A line was missing.",
            ],
        ),
        (
            "zh-CN",
            [
                "【更正】【签单】仓库照明",
                "金额：¥85,000　客户：Acme　负责人：li.lei",
                "签单日期：2026年3月3日（商机历时 1 天）",
                "此前播报：签单、¥58,000、2026年3月3日",
                "更正原因：其他",
                "备注：A line was missing.",
            ],
        ),
    ],
)
def test_a_correction_says_what_holds_and_what_was_announced(lang: Lang, expected: list[str]) -> None:
    story = told(OPENED, WON, CORRECTED)
    before, after = news(story[:2], 2), news(story, 2)
    assert before is not None
    assert after is not None
    assert lines(words(lang).correction(before, after, CORRECTED)) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "Taken back · Won: 仓库照明",
                "CN¥58,000 · Acme · owner li.lei",
                "This was announced, and it is not so.",
                "Why it was taken back: Duplicate",
            ],
        ),
        (
            "zh-CN",
            [
                "【撤回】【签单】仓库照明",
                "金额：¥58,000　客户：Acme　负责人：li.lei",
                "此前播报的内容有误，现予撤回。",
                "撤回原因：重复",
            ],
        ),
    ],
)
def test_a_retraction_takes_the_message_back(lang: Lang, expected: list[str]) -> None:
    story = told(OPENED, WON, RETRACTED)
    before = news(story[:2], 2)
    assert before is not None
    assert news(story, 2) is None
    assert lines(words(lang).retraction(before, RETRACTED)) == expected


@pytest.mark.parametrize(
    "moved",
    [
        DealExpectedCloseMoved(expected_close=date(2026, 3, 30)),
        DealExpectedCloseMoved(expected_close=MARCH),
        DealExpectedCloseMoved(expected_close=None),
    ],
)
def test_a_close_that_moves_to_an_earlier_day_or_away_is_no_news(moved: DealExpectedCloseMoved) -> None:
    assert news(told(OPENED, moved), 2) is None


def test_a_first_expected_close_is_no_push() -> None:
    opened = DealOpened(title="Racks", pipeline_revision=1)
    assert news(told(opened, PUSHED), 2) is None


def test_without_its_opening_nothing_is_known_of_a_deal() -> None:
    assert news([recorded(WON, 2)], 2) is None


def test_a_day_is_that_of_the_readers_zone() -> None:
    story = [recorded(OPENED, 1), recorded(WON, 2, occurred_at=datetime(2026, 3, 4, 20, tzinfo=UTC))]
    found = news(story, 2)
    assert found is not None
    assert "5 Mar 2026" in words("en").message(found).lines[-1]
    assert "4 Mar 2026" in words("en", "America/New_York").message(found).lines[-1]


def test_a_deal_that_was_opened_on_an_unknown_date_has_no_days() -> None:
    found = news([replace(recorded(OPENED, 1), precision="unknown"), recorded(WON, 2)], 2)
    assert found is not None
    assert words("en").message(found).lines[-1] == "Won on 3 Mar 2026"


def test_what_is_long_is_cut_to_one_line() -> None:
    opened = DealOpened(title="很长" * 200, account_name="客户" * 200, owner="人" * 400, pipeline_revision=1)
    lost = DealLost(kind="competitor", competitor="对手" * 200, note="备注 \n" * 5_000)
    message = lines(words("zh-CN").message(found)) if (found := news(told(opened, lost), 2)) else []
    assert all("\n" not in line for line in message)
    assert len("\n".join(message).encode()) < 2_048
