"""The sentences of the announcements, in English and in Chinese."""

from collections.abc import Mapping
from typing import Literal

Lang = Literal["en", "zh-CN"]

SENTENCES: Mapping[str, tuple[str, str]] = {
    "won": ("Won: {title}", "【签单】{title}"),
    "lost": ("Lost: {title}", "【丢单】{title}"),
    "reopened": ("Reopened: {title}", "【重新打开】{title}"),
    "pushed": ("Pushed: {title}", "【成交推迟】{title}"),
    "corrected": ("Correction · {headline}", "【更正】{headline}"),
    "retracted": ("Taken back · {headline}", "【撤回】{headline}"),
    "amount": ("{amount}", "金额：{amount}"),
    "account": ("{account}", "客户：{account}"),
    "owner": ("owner {owner}", "负责人：{owner}"),
    "nobody": ("no owner", "负责人：未指定"),
    "won-on": ("Won on {day}", "签单日期：{day}"),
    "lost-on": ("Lost on {day}", "丢单日期：{day}"),
    "reopened-on": ("Reopened on {day}", "重新打开日期：{day}"),
    "won-undated": ("Won, on an unknown date", "签单日期：未知"),
    "lost-undated": ("Lost, on an unknown date", "丢单日期：未知"),
    "reopened-undated": ("Reopened, on an unknown date", "重新打开日期：未知"),
    "after-days": ("{when}, {days} days after it was opened", "{when}（商机历时 {days} 天）"),
    "after-a-day": ("{when}, a day after it was opened", "{when}（商机历时 1 天）"),
    "same-day": ("{when}, within a day of its opening", "{when}（商机开立不足 1 天）"),
    "won-because": ("Why: {causes}", "签单原因：{causes}"),
    "lost-because": ("Why: {causes}", "丢单原因：{causes}"),
    "loss-kind": ("{kind}", "丢单类型：{kind}"),
    "loss-to": ("{kind}: {competitor}", "丢单类型：{kind}（{competitor}）"),
    "loss-at": ("{kind}: {competitor}, at {price}", "丢单类型：{kind}（{competitor}，报价 {price}）"),
    "was-won": ("It was won on {day}.", "此前于{day}签单。"),
    "was-lost": ("It was lost on {day} ({kind}).", "此前于{day}丢单（{kind}）。"),
    "was-won-undated": ("It was won before.", "此前已签单。"),
    "was-lost-undated": ("It was lost before ({kind}).", "此前已丢单（{kind}）。"),
    "close": (
        "Expected close: {before} → {after}, {days} days later",
        "预计成交日期：{before} → {after}，推迟 {days} 天",
    ),
    "close-a-day": (
        "Expected close: {before} → {after}, a day later",
        "预计成交日期：{before} → {after}，推迟 1 天",
    ),
    "into-quarter": ("{close}, into Q{quarter} {year}", "{close}，跨季至 {year} 年 Q{quarter}"),
    "first-push": ("Its first push", "首次推迟"),
    "nth-push": ("Push number {nth}", "第 {nth} 次推迟"),
    "open-days": ("{push}; open for {days} days", "{push}；商机已历时 {days} 天"),
    "open-a-day": ("{push}; open for a day", "{push}；商机已历时 1 天"),
    "reason": ("Reason: {reason}", "原因：{reason}"),
    "note": ("Note: {note}", "备注：{note}"),
    "announced-before": ("Announced before: {before}", "此前播报：{before}"),
    "taken-back": (
        "This was announced, and it is not so.",
        "此前播报的内容有误，现予撤回。",
    ),
    "correction-reason": ("Why it was corrected: {reason}", "更正原因：{reason}"),
    "retraction-reason": ("Why it was taken back: {reason}", "撤回原因：{reason}"),
}
"""Sentence → English, Chinese. Facts stand in braces."""

APART = {"en": " · ", "zh-CN": "　"}
LISTED = {"en": ", ", "zh-CN": "、"}


def say(lang: Lang, sentence: str, **facts: object) -> str:
    """The sentence in that language, with its facts."""
    english, chinese = SENTENCES[sentence]
    return (chinese if lang == "zh-CN" else english).format(**facts)
