"""What is said of jobs that read events from Kafka; in English and in Chinese."""

from collections.abc import Mapping

CONSUMERS: Mapping[str, tuple[str, str]] = {
    "consuming": (
        "Running {job} on Kafka at {kafka}; its state is in {state}. Ctrl+C stops.",
        "正在运行 {job}，从 Kafka（{kafka}）读取事件；进度保存在 {state}。按 Ctrl+C 停止。",
    ),
    "consumed": ("Stopped after the event in hand.", "已在处理完当前事件后停止。"),
    "consuming-partitions": (
        "This process has partitions {partitions} from now on.",
        "本进程现在负责分区 {partitions}。",
    ),
    "consuming-parked": (
        "Set aside: event {event} ({kind}: {reason}). Later events of its deal wait; other deals go on. See: {look}",
        "已搁置事件 {event}（{kind}：{reason}）。该商机之后的事件等待处理，其他商机不受影响。查看：{look}",
    ),
    "consuming-dead": (
        "Not an event of dealtrail: offset {offset} of partition {partition} of {topic} ({reason}). Now in {dead}.",
        "{topic} 分区 {partition} 偏移量 {offset} 不是 dealtrail 的事件（{reason}），已转入死信主题 {dead}。",
    ),
    "consuming-taken-up": (
        "The parked deal {deal} was tried again: nothing of it waits any more.",
        "已重新处理搁置的商机 {deal}，不再有等待的事件。",
    ),
    "consuming-parked-still": (
        "The parked deal {deal} was tried again: {left} of its events wait still.",
        "已重新处理搁置的商机 {deal}，仍有 {left} 个事件在等待。",
    ),
    "parked-failed": ("failed", "处理失败"),
    "parked-gap": ("gap", "事件缺失"),
    "parked-unreadable": ("unreadable", "无法读取"),
}
