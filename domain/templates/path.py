"""The sales path: from finding a customer through the win to the relationship after it."""

from domain.pipeline import DefinePipeline
from domain.stages import Stage
from domain.templates.wording import ALWAYS_ASKED, WON_AND_LOST, both, task

PATH = DefinePipeline(
    pipeline="path",
    labels=both("Sales path", "销售路径"),
    criteria=(*ALWAYS_ASKED, "decision-criteria", "decision-process"),
    outcome_labels=WON_AND_LOST,
    stages=(
        Stage(
            stage="identification",
            labels=both("Customer identification", "潜在客户识别"),
            aliases=("Prospecting", "Prospect identification", "潜在客户", "客户识别", "寻找潜在客户"),
            definition=both(
                "We know which companies could use what we sell.",
                "已明确哪些客户可能用得上我们的产品或服务。",
            ),
            phase="early",
            probability=0.05,
            expected_days=14,
            rots_after_days=45,
            tasks=(
                task("define-profile", "Describe the ideal customer", "描绘理想客户画像"),
                task("list-accounts", "List the companies that match", "列出目标客户名单"),
            ),
        ),
        Stage(
            stage="lead-collection",
            labels=both("Lead collection", "销售线索收集"),
            aliases=("Lead generation", "Lead in", "New lead", "线索收集", "销售线索", "线索"),
            definition=both(
                "There is a person, a way to reach them, and a reason to talk.",
                "已有具体联系人和联系方式，也有沟通的由头。",
            ),
            phase="early",
            probability=0.1,
            expected_days=14,
            rots_after_days=30,
            tasks=(
                task("collect-contacts", "Collect the contact details", "收集联系方式"),
                task("note-source", "Note where the lead came from", "登记线索来源"),
                task("first-outreach", "Make the first contact", "完成首次触达"),
            ),
        ),
        Stage(
            stage="needs-analysis",
            labels=both("Needs analysis", "需求分析"),
            aliases=("Qualification", "Discovery", "Needs", "需求调研", "需求确认", "挖掘需求"),
            definition=both(
                "We are learning what the buyer needs, what it hangs on, and how they decide.",
                "正在了解客户的需求、决策因素和决策流程。",
            ),
            phase="middle",
            probability=0.3,
            expected_days=21,
            rots_after_days=21,
            exit_criteria=("need",),
            tasks=(
                task("record-needs", "Write down needs and pains", "记录需求和痛点"),
                task("note-criteria", "Ask what the decision hangs on", "了解决策因素"),
                task("map-decision", "Draw the decision chain", "梳理决策链"),
            ),
        ),
        Stage(
            stage="opportunity-conversion",
            labels=both("Opportunity conversion", "商机转化"),
            aliases=("Opportunity", "Proposal", "Quotation", "商机", "方案报价", "机会转化"),
            definition=both(
                "There is a solution and an offer that the buyer weighs against others.",
                "已提供解决方案和报价，客户正在比较和评估。",
            ),
            phase="middle",
            probability=0.5,
            expected_days=30,
            rots_after_days=21,
            exit_criteria=("budget", "authority"),
            tasks=(
                task("propose-solution", "Propose a solution", "提出解决方案"),
                task("make-offer", "Make an offer", "提交报价"),
                task("answer-objections", "Answer the objections", "处理客户异议"),
            ),
        ),
        Stage(
            stage="closing-and-delivery",
            labels=both("Closing and delivery", "成交与交付"),
            aliases=("Closing", "Negotiation", "Contract sent", "成交", "签约", "洽谈", "交付"),
            definition=both(
                "Terms are being settled, then the contract is signed and what was sold is delivered.",
                "谈定条款、签订合同，并完成交付。",
            ),
            phase="late",
            probability=0.8,
            expected_days=21,
            rots_after_days=14,
            tasks=(
                task("agree-terms", "Agree on price and terms", "谈定价格与条款"),
                task("sign-contract", "Sign the contract", "签订合同"),
                task("plan-delivery", "Plan the delivery", "制定交付计划"),
            ),
        ),
        Stage(
            stage="relationship",
            labels=both("Customer relationship", "客户关系管理"),
            aliases=("Customer success", "Account management", "After-sales", "客户关系", "客户维护", "售后"),
            definition=both(
                "The customer has bought; we look after them so that they stay, buy again and recommend us.",
                "客户已成交，通过持续维护促成续约、复购和转介绍。",
            ),
            phase="late",
            after_win=True,
            tasks=(
                task("follow-up-visit", "Ask how it goes", "成交后回访"),
                task("ask-referral", "Ask for a recommendation", "争取转介绍"),
                task("plan-renewal", "Plan the renewal", "规划续约与复购"),
            ),
        ),
    ),
)
