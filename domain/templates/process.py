"""The sales process: seven stages, each ending with something that the buyer has in hand."""

from domain.pipeline import DefinePipeline
from domain.stages import Stage
from domain.templates.wording import ALWAYS_ASKED, WON_AND_LOST, both, task

PROCESS = DefinePipeline(
    pipeline="process",
    labels=both("Sales process", "销售过程"),
    criteria=ALWAYS_ASKED,
    outcome_labels=WON_AND_LOST,
    stages=(
        Stage(
            stage="identification",
            labels=both("Customer identification", "客户识别"),
            aliases=("Prospecting", "Lead in", "New lead", "潜在客户识别", "寻找潜在客户", "客户开发"),
            definition=both(
                "A company that could buy is known, and we know whom to ask for.",
                "已找到可能购买的客户，并知道该联系谁。",
            ),
            phase="early",
            probability=0.1,
            expected_days=10,
            rots_after_days=30,
            tasks=(
                task("research-account", "Look into the company", "了解客户背景"),
                task("find-contacts", "Find the people to talk to", "找到对口联系人"),
            ),
        ),
        Stage(
            stage="needs-analysis",
            labels=both("Needs analysis", "需求分析"),
            aliases=("Qualification", "Discovery", "需求调研", "需求沟通", "需求确认"),
            definition=both(
                "We are talking with the buyer about what they need and what it is worth to them.",
                "正与客户沟通其需求，以及解决问题能带来的价值。",
            ),
            phase="early",
            probability=0.2,
            expected_days=14,
            rots_after_days=21,
            exit_criteria=("need",),
            tasks=(
                task("interview", "Interview the people who will use it", "访谈使用部门"),
                task("record-needs", "Write down the needs", "形成需求清单"),
            ),
        ),
        Stage(
            stage="solution-design",
            labels=both("Solution design", "方案制定"),
            aliases=("Solution", "Value proposition", "Demo scheduled", "方案设计", "方案", "解决方案"),
            definition=both(
                "A solution for these needs is being worked out, or lies before the buyer.",
                "针对客户需求的方案正在制定，或已提交客户。",
            ),
            phase="middle",
            probability=0.35,
            expected_days=14,
            rots_after_days=21,
            tasks=(
                task("write-solution", "Write the solution", "编写方案"),
                task("present-solution", "Present the solution", "讲解方案"),
            ),
        ),
        Stage(
            stage="quotation",
            labels=both("Quotation", "报价"),
            aliases=("Quote", "Proposal", "Proposal/Price quote", "Proposal made", "报价阶段", "提交报价"),
            definition=both(
                "The buyer has a price from us in writing.",
                "已向客户提交正式书面报价。",
            ),
            phase="middle",
            probability=0.5,
            expected_days=7,
            rots_after_days=14,
            tasks=(
                task("calculate-price", "Calculate the price", "核算价格"),
                task("send-quote", "Send the quotation", "发出报价单"),
            ),
        ),
        Stage(
            stage="follow-up",
            labels=both("Follow-up", "跟进"),
            aliases=("Following up", "Evaluation", "客户跟进", "持续跟进", "跟进中"),
            definition=both(
                "The buyer is thinking it over; we stay in touch and clear up what is open.",
                "客户正在考虑，我们持续跟进并解答疑问。",
            ),
            phase="middle",
            probability=0.6,
            expected_days=14,
            rots_after_days=10,
            tasks=(
                task("collect-feedback", "Ask what they think of the quotation", "了解客户对报价的反馈"),
                task("answer-objections", "Answer the objections", "处理客户异议"),
            ),
        ),
        Stage(
            stage="negotiation",
            labels=both("Negotiation", "谈判"),
            aliases=("Negotiating", "Negotiation/Review", "洽谈", "协商", "商务谈判", "议价"),
            definition=both(
                "The buyer wants it; price, delivery, payment and after-sales are being negotiated.",
                "客户有意成交，双方就价格、交期、付款方式和售后展开谈判。",
            ),
            phase="late",
            probability=0.8,
            expected_days=14,
            rots_after_days=14,
            tasks=(
                task("set-range", "Agree on our range first", "内部确定价格底线"),
                task("agree-terms", "Agree on price and terms", "谈定价格与条款"),
            ),
        ),
        Stage(
            stage="closing",
            labels=both("Closing", "交易完成"),
            aliases=("Contract sent", "Contracting", "签约", "成交", "签订合同", "促成交易"),
            definition=both(
                "Everything is agreed; the contract is being signed.",
                "条件已全部谈妥，正在签订合同。",
            ),
            phase="late",
            probability=0.95,
            expected_days=7,
            rots_after_days=10,
            tasks=(
                task("prepare-contract", "Prepare the contract", "准备合同"),
                task("sign-contract", "Get it signed", "完成签约"),
                task("hand-over", "Hand over to delivery", "移交交付团队"),
            ),
        ),
    ),
)
