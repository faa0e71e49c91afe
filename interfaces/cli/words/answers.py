"""What the answers to questions say: headings, notes, the audit trail; in English and in Chinese."""

from collections.abc import Mapping

ANSWERS: Mapping[str, tuple[str, str]] = {
    # Everywhere
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "none": ("none", "无"),
    "catching-up": ("Reading what is new", "正在读取新事件"),
    "as-of": ("As of {as_of} ({zone}).", "截至{as_of}（{zone}）。"),
    "as-of-now": ("As of now ({zone}).", "当前状态（{zone}）。"),
    "as-of-now-known-at": (
        "As of now, as far as known on {known_at} ({zone}).",
        "当前状态，以{known_at}时所知为准（{zone}）。",
    ),
    "as-of-known-at": (
        "As of {as_of}, as far as known on {known_at} ({zone}).",
        "截至{as_of}，以{known_at}时所知为准（{zone}）。",
    ),
    "no-deals": (
        (
            "No deal fits. Ask without the filters, or about another day; an empty store is filled with "
            "`dealtrail import`, `dealtrail deal open` or `dealtrail demo`."
        ),
        (
            "没有符合条件的商机。请放宽筛选条件，或换一个日期查询；空的数据库可以用 `dealtrail import`、"
            "`dealtrail deal open` 或 `dealtrail demo` 填入商机。"
        ),
    ),
    "left-out-undated": (
        "{deals} deals are left out: nobody knows when they were opened.",
        "有 {deals} 个商机未计入：创建日期不详。",
    ),
    "left-out-unweighted": (
        (
            "{deals} open deals are not in the weighted amounts: they have neither a forecast amount nor "
            "an amount with a probability."
        ),
        "有 {deals} 个进行中的商机未计入加权金额：既没有预测金额，也没有可按赢率折算的金额。",
    ),
    # The fields of a deal, where a change of it is told
    "is": ("{what}: {value}", "{what}：{value}"),
    "part-of-field": ("{field} ({part})", "{field}（{part}）"),
    "follows": ("{kind} of {deal}", "{kind}，承接 {deal}"),
    "set": ("{field}: {after}", "{field}：{after}"),
    "said": (": {what}", "：{what}"),
    "field-teammate": ("Teammate", "团队成员"),
    "field-level": ("Lead level", "线索级别"),
    "field-forecast": ("Forecast", "预测"),
    "field-forecast-amount": ("Forecast amount", "预测金额"),
    "field-buyer-stage": ("Buyer's stage", "客户购买阶段"),
    "field-next-step": ("Next step", "下一步"),
    "field-next-step-due": ("Next step due", "下一步截止日期"),
    "field-paused": ("Paused", "暂停原因"),
    "field-paused-until": ("Paused until", "暂停至"),
    "field-loss-kind": ("Kind of loss", "丢单类型"),
    "field-lost-to": ("Lost to", "输给"),
    "field-causes": ("Causes", "原因"),
    # The audit trail
    "on-behalf-of": ("{by} for {other}", "{by}（代 {other}）"),
    "recorded-late": (
        "recorded {days} days later, on {on}",
        "补录：{days} 天之后，于{on}记录",
    ),
    "corrected-on": (
        "corrected on {on} by {by}: {why} (event {version})",
        "{by} 于{on}更正：{why}（事件 {version}）",
    ),
    "retracted-on": (
        "taken back on {on} by {by}: {why} (event {version})",
        "{by} 于{on}撤销：{why}（事件 {version}）",
    ),
    "first-recorded": ("first recorded as: {when}, {what}", "最初记录为：{when}，{what}"),
    "reason-by-mistake": ("by mistake", "误录"),
    "why": ("{reason} – {note}", "{reason}——{note}"),
    # Headings of columns
    "account": ("Account", "客户"),
    "amount": ("Amount", "金额"),
    "before": ("Before", "此前"),
    "by": ("By", "记录人"),
    "closed": ("Closed", "关闭日期"),
    "column": ("Column", "列"),
    "days-lost": ("Days to lose", "丢单天数"),
    "days-won": ("Days to win", "签单天数"),
    "deal": ("Deal", "商机"),
    "deals": ("Deals", "商机数"),
    "disqualified": ("Disqualified", "不合适"),
    "event": ("Event", "事件"),
    "expected-close": ("Expected close", "预计成交"),
    "field": ("Field", "字段"),
    "found": ("Found", "内容"),
    "kind": ("Kind of loss", "丢单类型"),
    "line": ("Line", "行"),
    "lost": ("Lost", "丢单"),
    "lost-amount": ("Lost", "丢单金额"),
    "movement": ("Movement", "变动"),
    "open": ("Open", "进行中"),
    "outcome": ("Outcome", "状态"),
    "owner": ("Owner", "负责人"),
    "pipeline": ("Pipeline", "销售流程"),
    "reason": ("Reason", "原因"),
    "since": ("Since", "自"),
    "stage": ("Stage", "阶段"),
    "title": ("Title", "标题"),
    "value": ("Value", "内容"),
    "weighted": ("Weighted", "加权"),
    "what": ("What happened", "内容"),
    "when": ("When", "时间"),
    "who": ("Who", "记录人"),
    "win-rate": ("Win rate", "赢单率"),
    "win-rate-value": ("By value", "按金额赢单率"),
    "won": ("Won", "签单"),
    "won-amount": ("Won", "签单金额"),
    # The pipeline, lists and one deal
    "ages": (
        "Open deals are {median} days old (median; mean {mean}, oldest {max}).",
        "进行中的商机已创建 {median} 天（中位数；平均 {mean} 天，最长 {max} 天）。",
    ),
    "deals-found": ("Deals: {deals}.", "共 {deals} 个商机。"),
    "deal-title": ("{title}  {deal}, version {version}", "{title}  {deal}，版本 {version}"),
    "latest": ("What happened last:", "最近动态："),
    # Changes between two days
    "changes-title": (
        "From {start} to {end} ({zone}).",
        "{start} 至 {end}（{zone}）。",
    ),
    "changes-known": (
        "As far as known on {known_at}.",
        "以{known_at}时所知为准。",
    ),
    "changes-closing": (
        "Only deals expected to close from {first} up to {last}.",
        "仅含预计在 {first} 至 {last} 成交的商机。",
    ),
    "changes-start": ("Open at the start", "期初进行中"),
    "changes-end": ("Open at the end", "期末进行中"),
    "changes-none": ("Nothing was open, and nothing changed.", "期间没有进行中的商机，也没有变动。"),
    "changes-unbalanced": (
        "{currency}: the movements do not explain the difference. Please report this.",
        "{currency}：各项变动与期初期末之差不符，请报告此问题。",
    ),
    # Won and lost
    "definition": ("{asked} Definition: {definition}.", "{asked}口径：{definition}。"),
    "by-owner": ("Owner", "负责人"),
    "by-account": ("Account", "客户"),
    "by-lead-source": ("Lead source", "线索来源"),
    "by-campaign": ("Campaign", "营销活动"),
    "by-pipeline": ("Pipeline", "销售流程"),
    "by-reason": ("Reason", "原因"),
    "by-kind": ("Kind of loss", "丢单类型"),
    "by-competitor": ("Competitor", "竞争对手"),
    "by-stage-at-close": ("Stage at close", "关闭时阶段"),
    "by-closed-by": ("Closed by", "关闭人"),
    "by-closed-month": ("Month of closing", "关闭月份"),
    "by-closed-quarter": ("Quarter of closing", "关闭季度"),
    "by-opened-month": ("Month of opening", "创建月份"),
    "by-opened-quarter": ("Quarter of opening", "创建季度"),
    "without": ("(none)", "（无）"),
    "medians": (
        "Win rate: won of won and lost. Days: from opening to closing, median.",
        "赢单率：签单占签单与丢单之比。天数：从创建到关闭，取中位数。",
    ),
    "too-few": (
        "* Fewer than {floor} decided deals: do not rank by this.",
        "* 已决商机不足 {floor} 个，不宜据此排名。",
    ),
    "all-deals": ("All deals", "全部商机"),
    "overlapping": (
        "A deal counts in each of its groups, so the groups add up to more than all deals.",
        "一个商机会计入它所属的每一组，因此各组之和大于总数。",
    ),
    "left-out-unclosed": (
        "{deals} deals are left out: nobody knows when they were opened or closed.",
        "有 {deals} 个商机未计入：创建或关闭日期不详。",
    ),
    "in-base": (
        "All amounts in {currency}, at the rates of {day}: {rates}.",
        "金额均按 {day} 的汇率折算为 {currency}：{rates}。",
    ),
}
