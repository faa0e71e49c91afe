"""The words for people, needs, touchpoints and the negotiation."""

from collections.abc import Mapping

ROLES: Mapping[str, tuple[str, str]] = {
    "economic-buyer": ("Economic buyer", "经济决策人"),
    "decision-maker": ("Decision maker", "决策人"),
    "champion": ("Champion", "内部支持者"),
    "influencer": ("Influencer", "影响者"),
    "technical-buyer": ("Technical buyer", "技术把关人"),
    "user": ("User", "使用者"),
    "procurement": ("Procurement", "采购"),
    "legal": ("Legal", "法务"),
    "gatekeeper": ("Gatekeeper", "把关人"),
}
STANCES: Mapping[str, tuple[str, str]] = {
    "advocate": ("Advocate", "积极推动"),
    "supporter": ("Supporter", "支持"),
    "neutral": ("Neutral", "中立"),
    "sceptic": ("Sceptic", "怀疑"),
    "blocker": ("Blocker", "反对"),
}
REMOVAL_REASONS: Mapping[str, tuple[str, str]] = {
    "left-company": ("Left the company", "已离职"),
    "changed-role": ("Changed role", "已转岗"),
    "other": ("Other", "其他"),
}
NEED_KINDS: Mapping[str, tuple[str, str]] = {
    "need": ("Need", "需要"),
    "pain": ("Pain", "痛点"),
    "demand": ("Demand", "要求"),
    "decision-factor": ("Decision factor", "决策因素"),
}
MET: Mapping[str, tuple[str, str]] = {
    "yes": ("Met", "已满足"),
    "partly": ("Partly met", "部分满足"),
    "no": ("Not met", "未满足"),
}
TOUCHPOINT_KINDS: Mapping[str, tuple[str, str]] = {
    "call": ("Call", "电话"),
    "meeting": ("Meeting", "会议"),
    "visit": ("Visit", "拜访"),
    "email": ("Email", "邮件"),
    "message": ("Message", "即时消息"),
    "interview": ("Interview", "访谈"),
    "questionnaire": ("Questionnaire", "问卷"),
    "demo": ("Demonstration", "产品演示"),
    "technical-exchange": ("Technical exchange", "技术交流"),
    "sample": ("Sample", "送样"),
    "trial": ("Trial", "试用"),
    "risk-assessment": ("Risk assessment", "风险评估"),
    "webinar": ("Webinar", "线上研讨会"),
    "social": ("Social media", "社交媒体"),
    "event": ("Event", "活动"),
}
DIRECTIONS: Mapping[str, tuple[str, str]] = {
    "out": ("From us", "我方发起"),
    "in": ("From the buyer", "客户发起"),
}
APPOINTMENTS: Mapping[str, tuple[str, str]] = {
    "planned": ("Planned", "已预约"),
    "held": ("Held", "已完成"),
    "missed": ("Missed", "未成行"),
}
FURTHER_NODES: Mapping[str, tuple[str, str]] = {
    "quotation": ("Quotation", "报价"),
    "feedback": ("Customer feedback", "客户反馈"),
}
"""Points of contact beside the stages of the template `nodes`."""

DECISIONS: Mapping[str, tuple[str, str]] = {
    "follow-up": ("Follow up", "继续跟进"),
    "accept-quote": ("Accept the quotation", "接受报价"),
    "request-demo": ("Ask for a demonstration", "要求演示"),
    "budget-approved": ("Budget approved", "预算获批"),
}
DECISION_ANSWERS: Mapping[str, tuple[str, str]] = {
    "yes": ("Yes", "是"),
    "no": ("No", "否"),
    "later": ("Later", "以后再定"),
}
SIDES: Mapping[str, tuple[str, str]] = {
    "seller": ("Us", "我方"),
    "buyer": ("The buyer", "客户方"),
}
OFFER_STANDINGS: Mapping[str, tuple[str, str]] = {
    "made": ("Made", "待答复"),
    "accepted": ("Accepted", "已接受"),
    "rejected": ("Rejected", "已拒绝"),
    "withdrawn": ("Withdrawn", "已撤回"),
    "expired": ("Expired", "已过期"),
}
TERMS: Mapping[str, tuple[str, str]] = {
    "price": ("Price", "价格"),
    "delivery": ("Delivery", "交付"),
    "payment": ("Payment", "付款方式"),
    "after-sales": ("After-sales service", "售后服务"),
    "warranty": ("Warranty", "质保"),
    "quantity": ("Quantity", "数量"),
    "scope": ("Scope", "范围"),
    "gift": ("Gift", "赠品"),
    "other": ("Other", "其他"),
}
OBJECTION_TOPICS: Mapping[str, tuple[str, str]] = {
    "price": ("Price", "价格"),
    "delivery": ("Delivery", "交付"),
    "after-sales": ("After-sales service", "售后服务"),
    "product": ("Product", "产品"),
    "trust": ("Trust", "信任"),
    "timing": ("Timing", "时机"),
    "competitor": ("Competitor", "竞争对手"),
    "legal": ("Legal", "法务"),
    "authority": ("Authority", "决策权"),
    "other": ("Other", "其他"),
}
