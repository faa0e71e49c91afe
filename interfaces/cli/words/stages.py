"""What is said of stages, cycle times, slips and the funnel; in English and in Chinese."""

from collections.abc import Mapping

STAGES: Mapping[str, tuple[str, str]] = {
    # The funnel
    "reached": ("Reached", "到达"),
    "passed": ("Got past", "通过"),
    "entered": ("Entered", "进入"),
    "returned": ("Came back", "退回"),
    "counted": ("Counted", "计数"),
    "in-conversions": ("in conversions only", "仅计入转化率"),
    "furthest": ("Furthest stage", "到达的最远阶段"),
    "conversion": ("Conversion", "转化率"),
    "derived-probability": ("Then won", "历史赢率"),
    "bottleneck-unknown": (
        "Too few deals to tell where they get stuck.",
        "商机太少，无法判断卡在哪个阶段。",
    ),
    "bottleneck-narrowest": (
        "Narrowest: {stage}. {rate} of the {deals} deals that entered it got past it.",
        "转化最低的阶段：{stage}。进入的 {deals} 个商机中，{rate} 得以通过。",
    ),
    "bottleneck-slowest": (
        (
            "Slowest for lost deals: {stage}. They spent {ratio} times as long there as won ones "
            "(median {lost_days} days against {won_days}; {lost} lost, {won} won). A correlation, no proof."
        ),
        (
            "丢单停留最久的阶段：{stage}。丢单的停留时间是签单的 {ratio} 倍"
            "（中位数 {lost_days} 天对 {won_days} 天；丢单 {lost} 个，签单 {won} 个）。这只是相关，不能证明因果。"
        ),
    ),
    "funnel-period": (
        (
            "The period: the deals opened in it are counted; conversions are of the deals that entered a stage "
            "in it, whenever they were opened."
        ),
        "所选期间：计数为期间内创建的商机；转化率按期间内进入该阶段的商机计算，不论何时创建。",
    ),
    "how-to-read-funnel": (
        (
            "Reached: deals that were in the stage or any later one; what was skipped counts as passed, and "
            "moves back take nothing away. Got past: reached a later stage or were won. Conversion: the share of the "
            "deals that entered the stage which got past it. Then won: of the decided deals that ever entered "
            "the stage, the share won."
        ),
        (
            "到达：曾处于该阶段或其后任一阶段的商机；跳过的阶段视为通过，退回不作扣减。通过：到达后续阶段或已签单。"
            "转化率：进入该阶段的商机中得以通过的比例。历史赢率：曾进入该阶段的已决商机中签单的比例。"
        ),
    ),
    # Time in stages
    "days-there": ("Days", "停留天数"),
    "three-quarters": ("3 in 4 within", "75 分位"),
    "last-visit": ("Last visit", "最近一次停留"),
    "rested": ("Paused", "暂停天数"),
    "deals-left": ("Deals that left", "离开的商机"),
    "visits": ("Visits", "停留次数"),
    "there-now": ("There now", "当前停留"),
    "age": ("For days", "已停留天数"),
    "how-to-read-stages": (
        (
            "Days: all visits of a deal to the stage together, without pauses; the median of the deals that left it. "
            "Three in four were out of it within that many days. Last visit: median of the last visit alone. "
            "Paused: days of pauses, on average. For days: how long the deals that are there now have been "
            "there since they last entered, without pauses (median)."
        ),
        (
            "停留天数：一个商机历次处于该阶段的天数合计，不含暂停；取已离开该阶段的商机的中位数。75 分位："
            "四分之三的商机在此天数内离开。最近一次停留：仅最后一次停留的中位数。暂停天数：平均值。"
            "已停留天数：当前处于该阶段的商机自最近一次进入以来的天数，不含暂停（中位数）。"
        ),
    ),
    # Cycle times and what follows a win
    "cycle-since-opened": ("From opening to closing", "从创建到关闭"),
    "cycle-since-sql": ("From acceptance as SQL to closing", "从确认为 SQL 到关闭"),
    "days-to-win": ("Days to win", "签单天数"),
    "days-to-lose": ("Days to lose", "丢单天数"),
    "on-average": ("Average", "平均"),
    "never-accepted": (
        "{deals} closed deals are in no cycle: they were never accepted as SQL before.",
        "有 {deals} 个已关闭的商机不计周期：关闭前从未确认为 SQL。",
    ),
    "sales-velocity": ("Sales velocity", "销售速度"),
    "mean-amount": ("Average win", "平均签单金额"),
    "mean-cycle": ("Average days to win", "平均签单天数"),
    "per-day": ("A day", "每天"),
    "opened-and-won": ("What became of deals that were opened", "新建商机的结果"),
    "opened-deals": ("Opened", "新建"),
    "cohort-rate": ("Won of these", "其中签单率"),
    "still-open": ("Still open", "仍在进行"),
    "close-rate": ("Close rate", "成交率"),
    "after-the-win": ("After the win", "签单之后"),
    "step-after-win": ("Win to", "从签单到"),
    "step-contract": ("contract", "签订合同"),
    "step-delivery": ("delivery", "交付"),
    "step-first_payment": ("first payment", "首笔回款"),
    "step-paid": ("all paid", "全额回款"),
    "days-after-win": ("Days", "天数"),
    "done": ("Done", "已完成"),
    "still-to-come": ("Still to come", "尚未完成"),
    "opened-on": ("Opened", "创建日期"),
    "cycle": ("Days", "天数"),
    "how-to-read-velocity": (
        (
            "Days are medians unless said otherwise; three in four took at most as long as said. Sales velocity: "
            "open deals × average win × win rate ÷ average days to win. Close rate: deals won in the period ÷ deals "
            "opened in it, so other deals. All paid: when all that the deal was won for had come in."
        ),
        (
            "未注明的天数均为中位数。75 分位：四分之三的商机不超过该天数。销售速度：进行中的商机数 × "
            "平均签单金额 × 赢单率 ÷ 平均签单天数。成交率：期间签单数 ÷ 期间新建数，两者并非同一批商机。"
            "全额回款：签单金额全部到账之日。"
        ),
    ),
    # Pushes and slips
    "pushed-closes": ("Closes put off", "预计成交推迟"),
    "pushes": ("Pushes", "推迟次数"),
    "deals-pushed": ("Deals", "商机数"),
    "days-later": ("Days later", "推迟天数"),
    "month-ends": ("Month ends crossed", "跨月次数"),
    "quarter-ends": ("Quarter ends crossed", "跨季次数"),
    "slipped-deals": ("Deals expected to close in the period", "预计在期间内成交的商机"),
    "which-expected": ("Forecast", "预测"),
    "expected-sure": ("commit and best case", "承诺与乐观预测"),
    "expected-any": ("any", "全部"),
    "expected": ("Expected", "预计成交数"),
    "slipped": ("Slipped", "逾期未成交"),
    "pending": ("Still due", "期内待定"),
    "slip-rate": ("Slip rate", "逾期率"),
    "most-pushed": ("Pushed most often", "推迟最多的商机"),
    "first-day": ("First expected", "最初预计"),
    "last-day": ("Last expected", "最近预计"),
    "expected-on": ("Expected on", "期初预计成交"),
    "became": ("Became", "结果"),
    "name-a-period": (
        "For slip rates name a period with --from and --to.",
        "要看逾期率，请用 --from 和 --to 指定期间。",
    ),
    "no-pushes": (
        "No close was put off, and none was expected in the period. Ask about another period or other deals.",
        "没有推迟记录，期间内也没有预计成交的商机。请换一个期间或放宽筛选条件。",
    ),
    "how-to-read-slips": (
        (
            "A push moves the expected close to a later day; days later is the median. Expected: open when the "
            "period began, with an expected close in it. Slipped: of these, neither won nor lost in it. "
            "Still due: the period is not over, and they may yet close in it."
        ),
        (
            "推迟：把预计成交日期改到更晚的一天；推迟天数取中位数。预计成交数：期初进行中、且预计在期间内成交的商机。"
            "逾期未成交：其中期间内既未签单也未丢单的商机。期内待定：期间尚未结束，仍可能成交。"
        ),
    ),
}
