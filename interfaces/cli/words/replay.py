"""What is said while a deal is replayed, and in plots; in English and in Chinese."""

from collections.abc import Mapping

REPLAY: Mapping[str, tuple[str, str]] = {
    "replay-step": ("Event {number} of {of}", "第 {number} / {of} 个事件"),
    "replay-state": ("The deal after it", "变动后的商机"),
    "replay-nothing": ("No field is different.", "没有字段变动。"),
    "replay-beside": ("Beside it: {state}", "当时状态：{state}"),
    "replay-empty": (
        "Nothing was known of this deal by then. Ask about a later day.",
        "截至当时，该商机尚无记录。请换一个较晚的日期。",
    ),
    "replay-keys": (
        "→ next  ← back  g go to a date  Home/End  a play  +/- speed  q quit",
        "→ 下一个  ← 上一个  g 跳到日期  Home/End 首尾  a 自动播放  +/- 速度  q 退出",
    ),
    "replay-keys-short": ("→ ← g a q", "→ ← g a q"),
    "replay-playing": (
        "Playing, {speed} events a second. a stops, +/- changes the speed.",
        "自动播放中：每秒 {speed} 个事件。a 停止，+/- 调整速度。",
    ),
    "replay-ask": (
        "Go to (2026-04-01, 2026-04, 2026Q2, -7d; Esc goes back): {typed}",
        "跳到（2026-04-01、2026-04、2026Q2、-7d；Esc 取消）：{typed}",
    ),
    "replay-first": ("This is the first event.", "已是第一个事件。"),
    "replay-last": ("This is the last event.", "已是最后一个事件。"),
    "replay-none-so-early": (
        "Nothing had happened yet on {day}: this is the first event.",
        "{day}时尚无事件：这是第一个事件。",
    ),
    "replay-went": ("As it was on {day}.", "{day}时的状态。"),
    # What stands around a deal
    "field-contact": ("Contact", "联系人"),
    "field-need": ("Need", "需求"),
    "field-objection": ("Objection", "异议"),
    "field-question": ("Open question", "未答复的提问"),
    "field-task": ("Open task", "未完成的任务"),
    "field-appointment": ("Appointment", "已约沟通"),
    "field-last-touchpoint": ("Last touchpoint", "最近一次沟通"),
    "field-contract": ("Contract signed", "合同"),
    "field-paid": ("Paid so far", "已收款"),
    "field-delivered": ("Delivered", "交付完成"),
    "field-action": ("Open action", "未完成的复盘行动"),
    "around-open": ("Open", "未解决"),
    "around-answered": ("Answered", "已答复"),
    "around-settled": ("Resolved", "已解决"),
    "around-stays": ("Stays", "仍有异议"),
    "around-known": ("Known", "已知"),
}
