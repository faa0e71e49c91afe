"""What is said of webhooks: endpoints, deliveries, attempts; in English and in Chinese."""

from collections.abc import Mapping

WEBHOOKS: Mapping[str, tuple[str, str]] = {
    "webhooks-none": ("No such delivery.", "没有符合条件的投递记录。"),
    "webhooks-again": (
        "Sent again as soon as the job runs: {count}.",
        "任务运行时将重新投递 {count} 条。",
    ),
    "webhooks-pinged": (
        "{endpoint} took the message: {status} after {ms} ms.",
        "{endpoint} 已接收测试消息：状态码 {status}，用时 {ms} 毫秒。",
    ),
    "webhooks-now-ready": ("{endpoint} is delivered to from now on.", "已恢复向 {endpoint} 投递。"),
    "webhooks-now-disabled": (
        "Nothing is queued or delivered for {endpoint} until it is enabled; what waits, waits.",
        "已停止向 {endpoint} 投递，新事件不再排队；已在队列中的消息保留，直到重新启用。",
    ),
    # Deliveries
    "webhooks-id": ("Delivery", "投递编号"),
    "webhooks-event": ("Event", "事件"),
    "webhooks-state": ("State", "状态"),
    "webhooks-attempts": ("Attempts", "尝试次数"),
    "webhooks-queued": ("Queued", "入队时间"),
    "webhooks-due": ("Next try", "下次尝试"),
    "webhooks-settled": ("Settled", "完成时间"),
    "webhooks-is-waiting": ("waiting", "等待中"),
    "webhooks-is-delivered": ("delivered", "已送达"),
    "webhooks-is-failed": ("given up", "已放弃"),
    # Attempts
    "webhooks-attempt": ("Attempt", "尝试"),
    "webhooks-at": ("At", "时间"),
    "webhooks-answer": ("Answer", "应答"),
    "webhooks-took": ("Took (ms)", "用时（毫秒）"),
    "webhooks-timeout": ("timeout", "超时"),
    "webhooks-tls": ("certificate or TLS", "证书或 TLS 错误"),
    "webhooks-unreachable": ("not reached", "无法连接"),
    "webhooks-open": ("none yet", "尚无应答"),
    # Endpoints
    "webhooks-endpoint": ("Endpoint", "接收端"),
    "webhooks-waiting": ("Waiting", "等待数"),
    "webhooks-oldest": ("Oldest", "最早入队"),
    "webhooks-failed": ("Given up", "已放弃数"),
    "webhooks-delivered": ("Delivered", "已送达数"),
    "webhooks-paused-until": ("Paused until", "暂停至"),
    "webhooks-is-ready": ("ready", "正常"),
    "webhooks-is-paused": ("paused", "暂停"),
    "webhooks-is-gone": ("gone (410)", "已失效（410）"),
    "webhooks-is-disabled": ("disabled", "已停用"),
}
