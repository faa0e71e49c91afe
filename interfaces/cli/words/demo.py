"""What the demo says: its headings, and what to try next on it; in English and in Chinese."""

from collections.abc import Mapping

DEMO: Mapping[str, tuple[str, str]] = {
    "making-demo": ("The demo is in {store}.", "演示数据位于 {store}。"),
    "demo-pipeline": ("What does the pipeline look like?", "销售漏斗现在是什么样子？"),
    "demo-winloss": ("Who wins how often?", "谁的赢单率如何？"),
    "demo-next": (
        "Try next (the demo's last day is {today}):",
        "接下来可以试试（演示数据截至 {today}）：",
    ),
    "demo-two-dates": (
        "The pipeline of a past day, by what is known when",
        "回看过去某天的销售漏斗：今天所知与当时所知",
    ),
    "demo-stories": ("Five deals with a story", "五个值得复盘的商机"),
    "demo-why": ("Why deals are won and lost", "为什么签单，为什么丢单"),
    "demo-known-today": ("as we know it today", "按今天所知"),
    "demo-known-then": ("as it was believed that day", "按当时所知"),
    "demo-between": ("what happened in between", "期间发生了什么"),
    "demo-lost": (
        "lost, declared as price: who left, and 13 days of silence",
        "丢单，填的原因是价格；其实关键联系人离职，随后 13 天无人跟进",
    ),
    "demo-saved": (
        "won, by giving way on payment instead of price",
        "签单：让付款方式，守住价格",
    ),
    "demo-pushed": ("expected in December, pushed four times since", "原定十二月成交，此后四次推迟"),
    "demo-reopened": ("lost, reopened and won, event by event", "丢单、重新打开、再签单，逐个事件回放"),
    "demo-late-competitor": (
        "all but signed, until a competitor came",
        "临近签约时竞争对手入场",
    ),
    "demo-causes": ("what reps, managers, buyers and the events say", "销售、经理、客户和事件各自怎么说"),
    "demo-discounts": ("how much was given away, and for what", "让了多少，换来什么"),
    "demo-followups": ("what is due and overdue", "哪些跟进即将到期或已经逾期"),
}
