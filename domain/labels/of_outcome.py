"""The words for how deals end, why, and how amounts move between two dates."""

from collections.abc import Mapping

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "open": ("Open", "进行中"),
    "won": ("Won", "签单"),
    "lost": ("Lost", "丢单"),
    "merged": ("Merged", "已合并"),
    "discarded": ("Discarded", "已作废"),
}
LOSS_KINDS: Mapping[str, tuple[str, str]] = {
    "competitor": ("Bought elsewhere", "输给竞争对手"),
    "declined": ("Declined", "客户拒绝"),
    "no-decision": ("No decision", "客户未决策"),
    "withdrawn": ("Buyer withdrew", "客户退出"),
    "disqualified": ("Not a deal for us", "我方判定不合适"),
    "internal": ("Our own reasons", "我方内部原因"),
    "unknown": ("Unknown", "未知"),
}
REASONS: Mapping[str, tuple[str, str]] = {
    "price": ("Price", "价格"),
    "value-unclear": ("Value unclear", "价值不清晰"),
    "product-fit": ("Product fit", "产品匹配度"),
    "missing-feature": ("Missing feature", "功能缺失"),
    "delivery": ("Delivery", "交付"),
    "after-sales": ("After-sales service", "售后服务"),
    "relationship": ("Relationship", "客户关系"),
    "trust": ("Trust", "信任"),
    "timing": ("Timing", "时机"),
    "no-need": ("No need", "没有需求"),
    "no-interest": ("No interest", "没有兴趣"),
    "no-budget": ("No budget", "没有预算"),
    "budget-cut": ("Budget cut", "预算削减"),
    "authority": ("Authority", "决策权"),
    "champion-left": ("Champion left", "内部支持者离开"),
    "competitor": ("Competitor", "竞争对手"),
    "no-follow-up": ("No follow-up", "缺少跟进"),
    "slow-response": ("Slow response", "响应太慢"),
    "process": ("Process", "流程"),
    "legal": ("Legal", "法务"),
    "duplicate": ("Duplicate", "重复"),
    "unfit": ("Not a fit", "不符合目标客户"),
    "source-changed": ("Changed in the source", "来源系统已变更"),
    "other": ("Other", "其他"),
}
DISCARD_REASONS: Mapping[str, tuple[str, str]] = {
    "test": ("Test", "测试数据"),
    "duplicate": ("Duplicate", "重复"),
    "by-mistake": ("By mistake", "误建"),
    "other": ("Other", "其他"),
}
EFFECTS: Mapping[str, tuple[str, str]] = {
    "pushed": ("Pushed the deal", "推动成交"),
    "blocked": ("Blocked the deal", "阻碍成交"),
}
TELLERS: Mapping[str, tuple[str, str]] = {
    "rep": ("Sales rep", "销售人员"),
    "manager": ("Manager", "销售主管"),
    "buyer": ("Buyer", "客户"),
    "analyst": ("Analyst", "分析人员"),
    "rule": ("Rule", "系统规则"),
}
AREAS: Mapping[str, tuple[str, str]] = {
    "strategy": ("Strategy", "策略"),
    "skill": ("Skill", "技能"),
    "material": ("Material", "资料"),
    "training": ("Training", "培训"),
    "process": ("Process", "流程"),
}
BUCKETS: Mapping[str, tuple[str, str]] = {
    "new": ("New", "新增"),
    "undated": ("Undated", "日期不详"),
    "reopened": ("Reopened", "重新打开"),
    "increased": ("Increased", "金额上调"),
    "decreased": ("Decreased", "金额下调"),
    "converted-in": ("Converted in", "币种转入"),
    "converted-out": ("Converted out", "币种转出"),
    "transferred-in": ("Transferred in", "转入"),
    "transferred-out": ("Transferred out", "转出"),
    "pulled-in": ("Pulled in", "提前至本期"),
    "slipped-in": ("Slipped in", "推迟至本期"),
    "pushed-out": ("Pushed out", "推迟出本期"),
    "pulled-out": ("Pulled out", "提前出本期"),
    "window": ("Window", "进出本期"),
    "won": ("Won", "签单"),
    "lost": ("Lost", "丢单"),
    "removed": ("Removed", "移除"),
    "restated": ("Restated", "事后更正"),
}
"""Of the waterfall between two dates."""
