"""What is said of stages, cycle times, slips and the funnel; in English and in Chinese."""

from collections.abc import Mapping

STAGES: Mapping[str, tuple[str, str]] = {
    # The funnel
    "reached": ("Reached", "到达"),
    "passed": ("Got past", "通过"),
    "entered": ("Entered", "进入"),
    "returned": ("Came back", "退回"),
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
}
