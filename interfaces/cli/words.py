"""Every sentence that the command line says, in English and in Chinese."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # Everywhere
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "none": ("none", "无"),
    "now": ("now", "现在"),
    "catching-up": ("Reading what is new", "正在读取新事件"),
    "as-of": ("As of {as_of} ({zone}).", "截至 {as_of}（{zone}）。"),
    "as-of-known-at": (
        "As of {as_of}, as far as known on {known_at} ({zone}).",
        "截至 {as_of}，以 {known_at} 时所知为准（{zone}）。",
    ),
    "no-deals": (
        "No deal fits. Ask without the filters, or about another day; an empty store is filled with "
        "`dealtrail import`, `dealtrail deal open` or `dealtrail demo`.",
        "没有符合条件的商机。请放宽筛选条件，或换一个日期查询；空的数据库可以用 `dealtrail import`、"
        "`dealtrail deal open` 或 `dealtrail demo` 填入商机。",
    ),
    "left-out-undated": (
        "{deals} deals are left out: nobody knows when they were opened.",
        "有 {deals} 个商机未计入：创建日期不详。",
    ),
    "left-out-unweighted": (
        "{deals} open deals are not in the weighted amounts: they have neither a forecast amount nor "
        "an amount with a probability.",
        "有 {deals} 个进行中的商机未计入加权金额：既没有预测金额，也没有可按赢率折算的金额。",
    ),
    # The fields of a deal, where a change of it is told
    "part-of-field": ("{field} ({part})", "{field}（{part}）"),
    "follows": ("{kind} of {deal}", "{kind}，承接 {deal}"),
    "set": ("{field}: {after}", "{field}：{after}"),
    "changed": ("{field}: {before} → {after}", "{field}：{before} → {after}"),
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
        "补录：{days} 天之后，于 {on} 记录",
    ),
    "corrected-on": (
        "corrected on {on} by {by}: {why} (event {version})",
        "{by} 于 {on} 更正：{why}（事件 {version}）",
    ),
    "retracted-on": (
        "taken back on {on} by {by}: {why} (event {version})",
        "{by} 于 {on} 撤销：{why}（事件 {version}）",
    ),
    "first-recorded": ("first recorded as: {when}, {what}", "最初记录为：{when}，{what}"),
    "why": ("{reason} – {note}", "{reason}——{note}"),
    # Writing
    "recorded": (
        "Recorded in {title} ({deal}), now at version {version}:",
        "已记入 {title}（{deal}），当前版本 {version}：",
    ),
    "already-so": ("It is so already: nothing was recorded.", "已是如此，未作记录。"),
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
    "deals-found": ("{deals} deals.", "共 {deals} 个商机。"),
    "deal-title": ("{title}  {deal}, version {version}", "{title}  {deal}，版本 {version}"),
    "latest": ("What happened last:", "最近动态："),
    # Changes between two days
    "changes-title": (
        "From {start} to {end} ({zone}).",
        "{start} 至 {end}（{zone}）。",
    ),
    "changes-known": (
        "As far as known on {known_at}.",
        "以 {known_at} 时所知为准。",
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
    "definition": ("{definition}.", "口径 {definition}。"),
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
    # Pipelines
    "stages-pipeline": ("Pipeline", "销售流程"),
    "stages-label": ("Name", "名称"),
    "stages-revision": ("Revision", "修订号"),
    "stages-state": ("State", "状态"),
    "stages-stages": ("Stages", "阶段"),
    "stages-in-use": ("in use", "使用中"),
    "stages-template": ("template", "模板"),
    "stages-retired": ("retired", "已停用"),
    "stages-title": ("{pipeline}, revision {revision}", "{pipeline}，修订 {revision}"),
    "stages-asks": ("It asks about: {criteria}.", "核实条件：{criteria}。"),
    "stage-stage": ("Stage", "阶段"),
    "stage-label": ("Name", "名称"),
    "stage-phase": ("Phase", "时期"),
    "stage-probability": ("Probability", "赢率"),
    "stage-expected-days": ("Days", "预计天数"),
    "stage-rots-after-days": ("Rots after", "停滞上限"),
    "stage-rules": ("Rules", "规则"),
    "rule-criteria": ("leave with: {criteria}", "离开前确认：{criteria}"),
    "rule-evidence": ("needs evidence", "须提供依据"),
    "rule-no-skip": ("not skipped", "不可跳过"),
    "rule-no-return": ("no way back", "不可退回"),
    "rule-after-win": ("after the win", "签单之后"),
    "pipeline-recorded": (
        "{what}: {pipeline}, now at version {version}.",
        "{what}：{pipeline}，当前版本 {version}。",
    ),
    # In and out
    "importing": ("Importing", "正在导入"),
    "import-done": ("Imported", "导入结果"),
    "import-checked": ("Checked, nothing recorded", "仅检查，未作记录"),
    "import-read": ("rows read", "读取行数"),
    "import-opened": ("new deals", "新商机"),
    "import-recorded": ("events recorded", "记录事件"),
    "import-corrected": ("of them corrections", "其中更正"),
    "import-unchanged": ("rows that were there already", "已有的行"),
    "import-undated": ("events without a date", "日期不详的事件"),
    "import-refused": ("rows left out", "未采纳的行"),
    "import-refused-rows": ("Left out:", "未采纳："),
    "import-refused-file": (
        "The rows that were left out are in {file}: mend them there and import that file.",
        "未采纳的行在 {file} 中：修正后再导入该文件。",
    ),
    "import-contradictions": (
        "{number} things were recorded as told, although they cannot well have been so:",
        "有 {number} 处按来源记录，但前后矛盾：",
    ),
    "import-late": (
        "{number} new lines are older than the last event of their deal:",
        "有 {number} 行新内容早于该商机的最后一个事件：",
    ),
    "import-finding": ("  line {line}, {deal}: {told}", "  第 {line} 行，{deal}：{told}"),
    "import-missing": (
        "{number} deals of this source are not in the file, and stay as they are: {deals}",
        "该来源有 {number} 个商机不在文件中，保持原状：{deals}",
    ),
    "import-more": (
        "Only the first {shown} of each kind are shown; -o json has them all.",
        "每类仅显示前 {shown} 条；用 -o json 查看全部。",
    ),
    "import-next": (
        "Next: `dealtrail pipeline`, `dealtrail report winloss --by owner`, `dealtrail deal list`.",
        "接下来可以试试：`dealtrail pipeline`、`dealtrail report winloss --by owner`、`dealtrail deal list`。",
    ),
    "exported": ("{events} events written.", "已导出 {events} 个事件。"),
    # Read models and the log
    "rebuilding": ("Building anew", "正在重建"),
    "rebuilt": ("{name} is built anew.", "{name} 已重建。"),
    "verifying": ("Checking", "正在核对"),
    "rows-agree": (
        "{name}: all {rows} rows are what the log says.",
        "{name}：全部 {rows} 行与事件日志一致。",
    ),
    "rows-differ": (
        "{name}: after {rows} right rows, {difference}",
        "{name}：前 {rows} 行一致，之后有出入：{difference}",
    ),
    "rebuild-them": (
        "Read models can be built anew from the log: `dealtrail projections rebuild`.",
        "读模型可以从事件日志重建：`dealtrail projections rebuild`。",
    ),
    "status-name": ("Read model", "读模型"),
    "status-version": ("Version", "版本"),
    "status-position": ("Position", "位置"),
    "status-head": ("Head", "日志末尾"),
    "status-lag-events": ("Events behind", "落后事件"),
    "status-lag-seconds": ("Seconds behind", "落后秒数"),
    "status-state": ("State", "状态"),
    "status-quarantined": ("Quarantined", "隔离"),
    "store-store-id": ("Store", "库编号"),
    "store-url": ("Place", "位置"),
    "store-timezone": ("Time zone", "时区"),
    "store-created-at": ("Made", "创建时间"),
    "store-schema-version": ("Layout", "结构版本"),
    "store-position": ("Last position", "末尾位置"),
    "store-digest": ("Digest there", "末尾摘要"),
    "store-recorded-at": ("Recorded", "末尾记录时间"),
    "store-empty": (
        "The log is empty. Fill it with `dealtrail import`, `dealtrail deal open` or `dealtrail demo`.",
        "事件日志为空。可用 `dealtrail import`、`dealtrail deal open` 或 `dealtrail demo` 填入商机。",
    ),
    "verified": (
        "All {position} events are what was written. The last digest is {digest}.",
        "全部 {position} 个事件均与写入时一致。末尾摘要为 {digest}。",
    ),
    "verified-anchor": (
        "The anchor at position {position} is in it.",
        "位置 {position} 处的锚点与日志相符。",
    ),
    # The demo
    "making-demo": ("The demo is in {store}.", "演示数据位于 {store}。"),
    "demo-pipeline": ("What does the pipeline look like?", "销售漏斗现在是什么样子？"),
    "demo-lost": ("What happened in this lost deal?", "这个丢掉的商机经历了什么？"),
    "demo-winloss": ("Who wins how often?", "谁的赢单率如何？"),
    "demo-next": (
        "Try next (the demo's last day is {today}):\n"
        "  export DEALTRAIL_STORE={store}\n"
        "  dealtrail pipeline --as-of {before}                          as we know it today\n"
        "  dealtrail pipeline --as-of {before} --known-at {before}      as it was believed that day\n"
        "  dealtrail changes {quarter_start} {today}                 what happened in between\n"
        "  dealtrail report winloss --by reason                   why deals were lost\n"
        "  dealtrail deal log {reopened}                    lost, reopened and won\n"
        "  dealtrail deal blame {reopened} --lang zh-CN     who set what, in Chinese",
        "接下来可以试试（演示数据截至 {today}）：\n"
        "  export DEALTRAIL_STORE={store}\n"
        "  dealtrail pipeline --as-of {before}                          按今天所知\n"
        "  dealtrail pipeline --as-of {before} --known-at {before}      按当时所知\n"
        "  dealtrail changes {quarter_start} {today}                 期间发生了什么\n"
        "  dealtrail report winloss --by reason                   为什么丢单\n"
        "  dealtrail deal log {reopened}                    丢单、重新打开、再签单\n"
        "  dealtrail deal blame {reopened} --lang en        谁在何时改了哪一项（英文）",
    ),
}
"""Sentence → English, Chinese. Facts stand in braces."""


def say(lang: str, sentence: str, **facts: object) -> str:
    """The sentence in `lang` (`en`, `zh-CN`) with its facts; KeyError where there is none, or a fact is missing."""
    english, chinese = WORDS[sentence]
    return (chinese if lang == "zh-CN" else english).format(**facts)
