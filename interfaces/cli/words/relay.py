"""What is said of the relay to Kafka; in English and in Chinese."""

from collections.abc import Mapping

RELAY: Mapping[str, tuple[str, str]] = {
    "relay-made": ("Made the topic {topic}.", "已创建主题 {topic}。"),
    "relay-ready": (
        "The topics are as they must be. `dealtrail relay run` sends what the store records.",
        "各主题设置无误。运行 `dealtrail relay run` 即可发送已记录的事件。",
    ),
    "relaying": (
        "Relaying {url} to Kafka at {kafka}. Ctrl+C stops.",
        "正在把 {url} 转发到 Kafka（{kafka}），按 Ctrl+C 停止。",
    ),
    "relay-waiting": (
        "Another relay of this store is at work; this one stands by.",
        "该数据库已有另一个转发进程在工作，本进程待命。",
    ),
    "relay-began": (
        "It is this relay's turn, from position {position} on.",
        "轮到本进程转发，从位置 {position} 之后开始。",
    ),
    "relayed": (
        "{events} events in {ms} ms, up to position {position}.",
        "已转发 {events} 个事件，用时 {ms} 毫秒，到位置 {position}。",
    ),
    "relay-overtaken": (
        "Another relay has gone on instead, and this one waits for its turn again. Nothing was sent twice ({why}).",
        "另一个转发进程已接手，本进程重新排队待命。没有事件被重复发送（{why}）。",
    ),
    "relay-stopped": ("Stopped after the last batch.", "已在发完当前一批后停止。"),
    "relay-topic": ("Topic", "主题"),
    "relay-position": ("Relayed up to position", "已转发到位置"),
    "relay-head": ("End of the log", "日志末尾"),
    "relay-lag-events": ("Events behind", "落后事件数"),
    "relay-lag-seconds": ("Seconds behind", "落后秒数"),
    "relay-relays": ("Relays there", "转发进程数"),
    "relay-mark-position": ("Marked in the store at position", "数据库中的标记位置"),
    "relay-marked-at": ("Marked at", "标记时间"),
    "relay-no-position": ("none", "无"),
}
