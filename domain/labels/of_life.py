"""The words for what a deal is, where it came from and what is thought of it."""

from collections.abc import Mapping

LEAD_SOURCES: Mapping[str, tuple[str, str]] = {
    "referral": ("Referral", "转介绍"),
    "word-of-mouth": ("Word of mouth", "口碑"),
    "website": ("Website", "官网"),
    "web-ad": ("Web advertisement", "网络广告"),
    "social-media": ("Social media", "社交媒体"),
    "trade-show": ("Trade show", "展会"),
    "market-research": ("Market research", "市场调研"),
    "personal-network": ("Personal network", "个人人脉"),
    "cold-outreach": ("Cold outreach", "陌生拜访"),
    "email-campaign": ("Email campaign", "邮件营销"),
}
FOLLOW_KINDS: Mapping[str, tuple[str, str]] = {
    "renewal": ("Renewal", "续约"),
    "upsell": ("Upsell", "增购"),
    "cross-sell": ("Cross-sell", "交叉销售"),
    "repurchase": ("Repurchase", "复购"),
    "referral": ("Referral", "转介绍"),
}
DUTIES: Mapping[str, tuple[str, str]] = {
    "ae": ("Account executive", "客户经理"),
    "bdr": ("Business development", "商务拓展"),
    "presales": ("Presales", "售前"),
    "marketing": ("Marketing", "市场"),
    "manager": ("Manager", "销售主管"),
}
CRITERIA: Mapping[str, tuple[str, str]] = {
    "need": ("Need", "需求"),
    "budget": ("Budget", "预算"),
    "authority": ("Authority", "决策权"),
    "timing": ("Timing", "采购时间"),
    "metrics": ("Metrics", "量化指标"),
    "economic-buyer": ("Economic buyer", "经济决策人"),
    "decision-criteria": ("Decision criteria", "决策因素"),
    "decision-process": ("Decision process", "决策流程"),
    "identified-pain": ("Identified pain", "明确的痛点"),
    "champion": ("Champion", "内部支持者"),
    "competition": ("Competition", "竞争情况"),
}
ANSWERS: Mapping[str, tuple[str, str]] = {
    "confirmed": ("Confirmed", "已确认"),
    "denied": ("Denied", "不具备"),
    "unknown": ("Unknown", "未知"),
}
LEAD_LEVELS: Mapping[str, tuple[str, str]] = {
    "mql": ("Marketing qualified (MQL)", "市场认可线索（MQL）"),
    "sql": ("Sales qualified (SQL)", "销售认可线索（SQL）"),
    "opportunity": ("Opportunity", "商机"),
}
FORECASTS: Mapping[str, tuple[str, str]] = {
    "pipeline": ("Pipeline", "在谈"),
    "best-case": ("Best case", "乐观预测"),
    "commit": ("Commit", "承诺"),
    "omitted": ("Omitted", "不计入"),
}
COMPETITOR_STANDINGS: Mapping[str, tuple[str, str]] = {
    "ahead": ("Ahead of us", "领先我方"),
    "level": ("Level with us", "势均力敌"),
    "behind": ("Behind us", "落后我方"),
    "out": ("Out", "已出局"),
}
SIGNALS: Mapping[str, tuple[str, str]] = {
    "pricing-visit": ("Looked at the prices", "查看价格"),
    "shared-material": ("Shared our material", "转发资料"),
    "asked-for-contract": ("Asked for the contract", "索要合同"),
}
RULES: Mapping[str, tuple[str, str]] = {
    "skip": ("No skipping of stages", "不得跳过阶段"),
    "return": ("No going back", "不得退回"),
    "exit-criteria": ("Criteria to be confirmed first", "须先确认的条件"),
    "evidence": ("Evidence required", "须提供依据"),
}
