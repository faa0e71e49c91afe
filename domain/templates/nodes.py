"""The points of contact: where the customer meets us, from the first research to the service after the sale."""

from domain.pipeline import DefinePipeline
from domain.stages import Stage
from domain.templates.wording import ALWAYS_ASKED, WON_AND_LOST, both, task

NODES = DefinePipeline(
    pipeline="nodes",
    labels=both("Points of contact", "关键节点"),
    criteria=ALWAYS_ASKED,
    outcome_labels=WON_AND_LOST,
    stages=(
        Stage(
            stage="research",
            labels=both("Market research", "市场调研"),
            aliases=("Research", "Market analysis", "市场调查", "行业调研"),
            definition=both(
                "We are finding out who buys such things, and from whom so far.",
                "正在了解哪些客户有需要，以及目前由谁供货。",
            ),
            phase="early",
            probability=0.05,
            expected_days=30,
            rots_after_days=60,
            tasks=(
                task("study-market", "Study the market and the competitors", "分析市场与竞争对手"),
                task("define-profile", "Describe the ideal customer", "描绘理想客户画像"),
            ),
            kpis=(both("Companies looked into", "调研客户数"),),
        ),
        Stage(
            stage="identification",
            labels=both("Customer identification", "潜在客户识别"),
            aliases=("Prospecting", "Lead in", "Lead generation", "潜在客户", "客户识别", "寻找潜在客户"),
            definition=both(
                "A company that fits is chosen, and there is a name to ask for.",
                "已选定目标客户，并有可联系的人。",
            ),
            phase="early",
            probability=0.1,
            expected_days=14,
            rots_after_days=30,
            tasks=(
                task("list-accounts", "List the companies that match", "列出目标客户名单"),
                task("find-contacts", "Find the people to talk to", "找到对口联系人"),
            ),
            kpis=(both("New leads", "新增线索数"), both("Leads that fit", "有效线索率")),
        ),
        Stage(
            stage="first-contact",
            labels=both("First contact", "初次接触"),
            aliases=("Contact made", "Qualification", "Meeting", "首次接触", "初步接触", "首次拜访"),
            definition=both(
                "We have spoken with each other for the first time.",
                "已与客户进行首次沟通。",
            ),
            phase="middle",
            probability=0.2,
            expected_days=14,
            rots_after_days=21,
            tasks=(
                task("make-appointment", "Make an appointment", "预约客户"),
                task("introduce-ourselves", "Say who we are and listen", "介绍公司并倾听客户"),
            ),
            kpis=(both("Appointments made", "预约数"), both("Appointments kept", "到访率")),
        ),
        Stage(
            stage="needs-analysis",
            labels=both("Needs analysis", "需求分析"),
            aliases=("Discovery", "Needs", "需求调研", "需求沟通", "需求确认"),
            definition=both(
                "We are learning what the customer needs, who is concerned, and how they decide.",
                "正在了解客户需求、相关人员和决策方式。",
            ),
            phase="middle",
            probability=0.35,
            expected_days=21,
            rots_after_days=21,
            tasks=(
                task("interview", "Interview the people who will use it", "访谈使用部门"),
                task("record-needs", "Write down needs and pains", "记录需求和痛点"),
            ),
            kpis=(both("Needs confirmed", "已确认需求数"),),
        ),
        Stage(
            stage="demonstration",
            labels=both("Demonstration", "方案展示"),
            aliases=(
                "Demo",
                "Demo scheduled",
                "Presentation scheduled",
                "Proposal",
                "产品演示",
                "方案演示",
                "方案讲解",
            ),
            definition=both(
                "The customer sees our solution for their needs.",
                "已向客户展示针对其需求的方案。",
            ),
            phase="middle",
            probability=0.5,
            expected_days=21,
            rots_after_days=14,
            tasks=(
                task("prepare-demo", "Prepare the demonstration", "准备演示"),
                task("show-solution", "Show the solution to those who decide", "向决策层展示方案"),
                task("collect-feedback", "Ask for feedback", "收集客户反馈"),
            ),
            kpis=(both("Demonstrations held", "演示场次"), both("Feedback score", "客户反馈评分")),
        ),
        Stage(
            stage="contract-negotiation",
            labels=both("Contract negotiation", "合同谈判"),
            aliases=("Negotiation", "Contract sent", "Contracting", "商务谈判", "谈判", "洽谈", "协商"),
            definition=both(
                "Price, delivery, payment and the contract are being settled.",
                "双方正就价格、交付、付款和合同条款进行谈判。",
            ),
            phase="late",
            probability=0.8,
            expected_days=21,
            rots_after_days=14,
            tasks=(
                task("agree-terms", "Agree on price and terms", "谈定价格与条款"),
                task("sign-contract", "Sign the contract", "签订合同"),
            ),
            kpis=(both("Contracts signed", "签约数"), both("Average discount", "平均折扣")),
        ),
        Stage(
            stage="delivery",
            labels=both("Delivery", "交付实施"),
            aliases=("Implementation", "Onboarding", "交付", "实施", "项目实施"),
            definition=both(
                "The contract is signed; what was sold is being delivered and put to use.",
                "合同已签订，正在交付和实施。",
            ),
            phase="late",
            after_win=True,
            tasks=(
                task("plan-delivery", "Plan the delivery", "制定交付计划"),
                task("acceptance", "Have it accepted", "完成客户验收"),
            ),
            kpis=(both("Delivered on time", "按时交付率"),),
        ),
        Stage(
            stage="after-sales",
            labels=both("After-sales service", "售后服务"),
            aliases=("After-sales", "Customer success", "Support", "售后", "客户维护"),
            definition=both(
                "It is in use; we help, ask how it goes, and hear of the next need.",
                "产品已投入使用，我们提供支持、定期回访并发掘新需求。",
            ),
            phase="late",
            after_win=True,
            tasks=(
                task("follow-up-visit", "Ask how it goes", "定期回访"),
                task("ask-referral", "Ask for a recommendation", "争取转介绍"),
            ),
            kpis=(both("Customer satisfaction", "客户满意度"), both("Customers who bought again", "复购率")),
        ),
    ),
)
