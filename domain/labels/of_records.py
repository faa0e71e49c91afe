"""The words for how things are recorded: by whom, through what, how exactly dated."""

from collections.abc import Mapping

PHASES: Mapping[str, tuple[str, str]] = {
    "early": ("Early", "前期"),
    "middle": ("Middle", "中期"),
    "late": ("Late", "后期"),
}
PRECISIONS: Mapping[str, tuple[str, str]] = {
    "instant": ("To the instant", "精确到时刻"),
    "day": ("To the day", "精确到日"),
    "unknown": ("Date unknown", "日期不详"),
}
ACTOR_KINDS: Mapping[str, tuple[str, str]] = {
    "human": ("Person", "人员"),
    "agent": ("Agent", "智能代理"),
    "import": ("Import", "导入"),
    "system": ("System", "系统"),
}
CHANNELS: Mapping[str, tuple[str, str]] = {
    "cli": ("Command line", "命令行"),
    "python": ("Python", "Python 程序"),
    "http": ("HTTP", "HTTP 接口"),
    "web": ("Web page", "网页"),
}
