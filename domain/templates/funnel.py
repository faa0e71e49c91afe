"""The buyer's side: how far the buyer has come, whatever the seller does."""

from domain.pipeline import DefinePipeline
from domain.stages import Stage
from domain.templates.wording import ALWAYS_ASKED, WON_AND_LOST, both, task

FUNNEL = DefinePipeline(
    pipeline="funnel",
    labels=both("Buyer's journey", "客户购买漏斗"),
    criteria=ALWAYS_ASKED,
    outcome_labels=WON_AND_LOST,
    stages=(
        Stage(
            stage="awareness",
            labels=both("Awareness", "意识"),
            aliases=("Aware", "Unaware", "认知", "知晓"),
            definition=both(
                "The buyer knows that they have a problem, or that we exist.",
                "客户意识到自己有问题要解决，或知道有我们这家公司。",
            ),
            phase="early",
            probability=0.05,
            expected_days=30,
            rots_after_days=60,
            tasks=(task("share-content", "Send something worth reading", "分享有价值的内容"),),
        ),
        Stage(
            stage="interest",
            labels=both("Interest", "兴趣"),
            aliases=("Interested", "Engaged", "感兴趣", "产生兴趣"),
            definition=both(
                "The buyer wants to know more: asks, reads, comes to an event.",
                "客户想进一步了解：主动询问、查看资料或参加活动。",
            ),
            phase="early",
            probability=0.15,
            expected_days=21,
            rots_after_days=30,
            tasks=(task("answer-questions", "Answer the first questions", "解答初步疑问"),),
        ),
        Stage(
            stage="consideration",
            labels=both("Consideration", "考虑"),
            aliases=("Considering", "Evaluation", "Evaluating", "评估", "比较", "对比选型"),
            definition=both(
                "The buyer compares ways to solve it, ours among them.",
                "客户正在比较不同的解决办法，我们是其中之一。",
            ),
            phase="middle",
            probability=0.35,
            expected_days=30,
            rots_after_days=21,
            tasks=(
                task("show-value", "Show what it is worth to them", "展示方案价值"),
                task("share-reference", "Name a customer to ask", "提供客户案例"),
            ),
        ),
        Stage(
            stage="intent",
            labels=both("Intent", "意图"),
            aliases=("Decision", "Preference", "购买意图", "购买意向", "意向"),
            definition=both(
                "The buyer says that they want to buy: asks for a price, a contract, a date.",
                "客户明确表示想买：索要报价、合同或交期。",
            ),
            phase="late",
            probability=0.65,
            expected_days=14,
            rots_after_days=14,
            tasks=(task("send-quote", "Send the quotation", "发出报价"),),
        ),
        Stage(
            stage="purchase",
            labels=both("Purchase", "购买"),
            aliases=("Buying", "Purchasing", "下单", "采购"),
            definition=both(
                "The buyer's purchase is under way: approvals, order, signature.",
                "客户正在走采购流程：审批、下单、签字。",
            ),
            phase="late",
            probability=0.9,
            expected_days=14,
            rots_after_days=14,
            tasks=(task("support-purchase", "Help it through their purchasing", "协助客户走完采购流程"),),
        ),
    ),
)
