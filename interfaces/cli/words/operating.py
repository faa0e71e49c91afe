"""What is said of jobs by whoever looks after them: how far they are, replays, parked deals; English and Chinese."""

from collections.abc import Mapping

OPERATING: Mapping[str, tuple[str, str]] = {
    # How far jobs are
    "jobs-none": ("No job ran with this state yet.", "此状态库中还没有任务运行过。"),
    "jobs-job": ("Job", "任务"),
    "jobs-state": ("State", "状态"),
    "jobs-waiting": ("Events waiting", "待处理事件"),
    "jobs-behind": ("Seconds behind", "落后秒数"),
    "jobs-parked-deals": ("Parked deals", "搁置商机"),
    "jobs-parked-events": ("their events", "搁置事件"),
    "jobs-skipped": ("Skipped", "已跳过"),
    "jobs-dead-letters": ("Dead letters", "死信"),
    "jobs-not-started": ("Partitions not started", "未开始的分区"),
    "jobs-partition": ("Partition", "分区"),
    "jobs-next-offset": ("Next offset", "下一偏移量"),
    "jobs-running-now": ("running ({processes})", "运行中（{processes} 个进程）"),
    "jobs-stopped-now": ("stopped", "已停止"),
    "jobs-not-started-now": ("not started", "未开始"),
    # Replays
    "again-would": (
        "{events} events of {deals} deals will be delivered to {job} again.",
        "将向 {job} 重新投递 {deals} 个商机的 {events} 个事件。",
    ),
    "again-sure": ("Go on?", "继续吗？"),
    "again-done": (
        "Done. They come again when {job} starts next.",
        "完成。{job} 下次启动时会重新投递。",
    ),
    "again-nothing": (
        "Nothing of that was delivered to {job} yet: nothing comes again.",
        "{job} 尚未收到过这些事件，无需重新投递。",
    ),
    # Another state
    "adopt-would": (
        "{job} has worked with another state, and goes on with {state}: nothing looks at the other one any more.",
        "{job} 此前使用另一个状态库，今后将使用 {state}：原状态库不再使用。",
    ),
    "adopt-done": (
        "Done. {job} goes on with {state}: give all its processes the same --state.",
        "完成。{job} 将使用 {state}：请为其所有进程指定相同的 --state。",
    ),
    "adopt-nothing": (
        "Kafka knows of no other state of {job}: there is nothing to change.",
        "Kafka 中没有 {job} 使用其他状态库的记录，无需更改。",
    ),
    # Parked deals
    "parked-none": ("{job} has parked nothing.", "{job} 没有搁置的商机。"),
    "parked-deal": ("Deal", "商机"),
    "parked-events": ("Events", "事件数"),
    "parked-version": ("Version", "版本"),
    "parked-type": ("Event", "事件"),
    "parked-kind": ("Parked as", "搁置类型"),
    "parked-since": ("Since", "搁置时间"),
    "parked-partition": ("Partition", "分区"),
    "parked-offset": ("Offset", "偏移量"),
    "parked-reason": ("Why", "原因"),
    "parked-as-failed": ("failed", "处理失败"),
    "parked-as-gap": ("gap", "缺少前序版本"),
    "parked-as-unreadable": ("unreadable", "无法读取"),
    "parked-as-behind": ("behind it", "排在其后"),
    "parked-as-released": ("released", "已放行"),
    "parked-skipped": (
        "Left out of the deal {deal} for {job}: version {version} through {through}.",
        "{job} 跳过了商机 {deal} 的版本 {version} 至 {through}。",
    ),
    "parked-done": (
        "{done} of {released} deals are done and go on live.",
        "{released} 个商机中有 {done} 个已处理完毕，恢复正常。",
    ),
    "parked-waiting": (
        "{waiting} wait for {job}: it does them within seconds where it runs, else when it starts next.",
        "还有 {waiting} 个等待 {job}：运行中则数秒内处理，否则在下次启动时处理。",
    ),
}
