"""What is said of causes, retrospectives and autopsies; in English and in Chinese."""

from collections.abc import Mapping

from interfaces.cli.words.factors import FACTORS
from interfaces.cli.words.facts import FACTS

CAUSES: Mapping[str, tuple[str, str]] = {
    **FACTS,
    **FACTORS,
    # Retrospectives
    "retrospectives": ("Retrospectives", "复盘次数"),
    "no-retrospectives": (
        "Nobody looked back on these deals by then. `dealtrail deal retrospective` records what was learned.",
        "截至当时没有人对这些商机做过复盘。可用 `dealtrail deal retrospective` 记录复盘结论。",
    ),
    "seen-by-reason": ("What blocked and what pushed", "阻碍与推动因素"),
    "seen-blocked": ("Blocked", "阻碍"),
    "seen-pushed": ("Pushed", "推动"),
    "lessons": ("Lessons", "经验教训"),
    "lesson": ("Lesson", "经验教训"),
    "area": ("Area", "领域"),
    "actions": ("Actions", "改进行动"),
    "action": ("Action", "改进行动"),
    "actions-open": ("Open", "未完成"),
    "actions-overdue": ("Overdue", "已逾期"),
    "actions-done": ("Done", "已完成"),
    "action-due": ("Due", "截止日期"),
    "action-state": ("State", "状态"),
    "is-open": ("open", "未完成"),
    "is-overdue": ("overdue", "已逾期"),
    "done-on": ("done on {day}", "已于{day}完成"),
    # An autopsy
    "autopsy-title": ("{title}: {outcome}, {day}.", "{title}：{outcome}，{day}。"),
    "autopsy-kind": ("{outcome} ({kind})", "{outcome}（{kind}）"),
    "autopsy-lost-to": ("{kind}: {competitor}", "{kind}：{competitor}"),
    "undated": ("nobody knows when", "日期不详"),
    "declared": ("Declared", "各方所述原因"),
    "nothing-declared": ("Nobody declared a cause.", "没有人说明原因。"),
    "teller": ("Who says so", "说法来源"),
    "teller-closing": ("The closing", "关闭时填写"),
    "teller-events": ("The events", "事件本身"),
    "says": ("Causes", "原因"),
    "cause-weight": ("weight {weight}", "权重 {weight}"),
    "cause-sure": ("{teller}, {confidence} sure", "{teller}（把握 {confidence}）"),
    "events-say-nothing": ("nothing that a reason code stands for", "没有指向任何原因代码的事件"),
    "contradictions": ("Declared, but the events show nothing of it:", "以下所述原因在事件中没有任何痕迹："),
    "contradiction": (
        "{reason} ({tellers}): the events show no {traces}.",
        "{reason}（{tellers}）：事件中没有{traces}。",
    ),
    "trace-or": (" and no ", "，也没有"),
    "facts-beside": (
        "What the events show, beside {deals} won deals ({group})",
        "事件所显示的情况，与 {deals} 个签单商机对照（{group}）",
    ),
    "peers-left-out": (
        "Too few won deals share its {segments}: all won deals of the pipeline are compared.",
        "与该商机 {segments} 均相同的签单商机太少，改与该销售流程的全部签单商机对照。",
    ),
    "fact": ("Fact", "事实"),
    "here": ("This deal", "本商机"),
    "won-median": ("Won deals, median", "签单商机中位数"),
    "more-than": ("More than", "高于"),
    "won-deals": ("Won deals", "签单商机数"),
    "as-odd": ("As unusual", "同样异常"),
    "verdict": ("Difference", "是否显著"),
    "is-difference": ("yes", "是"),
    "no-difference": ("no", "否"),
    "not-ranked": ("too few", "样本太少"),
    "events": ("Events", "事件"),
    "days-long": ("{days} days", "{days} 天"),
    "difference-told": (
        (
            "{fact}: {here}, against {median} in the middle of the won deals. Won deals that show anything as "
            "unusual, whatever is measured: {as_odd} of {deals}. This is a difference."
        ),
        (
            "{fact}：{here}，签单商机的中位数为 {median}。无论哪项指标，同样异常的签单商机在 {deals} 个中有 "
            "{as_odd} 个。属于显著差异。"
        ),
    ),
    "no-differences": (
        "No fact is beyond what 95 % of the won deals show in one measure or another.",
        "没有任何一项事实超出 95% 的签单商机在各项指标上的表现。",
    ),
    "not-enough-peers": (
        "With {deals} won deals beside it nothing can be called a difference; that takes {enough}.",
        "对照的签单商机只有 {deals} 个，不足以判定任何显著差异；至少需要 {enough} 个。",
    ),
    "nothing-of": ("Nothing to tell of: {facts}.", "以下各项均无：{facts}。"),
    "how-to-read-autopsy": (
        (
            "More than: the share of won deals with less of it. As unusual: won deals that show anything, in any of "
            "the {facts} measures, that is as unusual; a fact is a difference if those and this deal are at most "
            "{stated} of all. So where a deal is like won ones, chance calls any fact of it a difference in {stated} "
            "of cases at most."
        ),
        (
            "高于：比本商机少的签单商机所占比例。同样异常：在全部 {facts} 项指标中，有任何一项同样异常的签单商机数；"
            "连同本商机在内不超过总数的 {stated}，才算显著差异。因此，若商机与签单商机本无不同，"
            "因偶然而被判为显著差异的情形不超过 {stated}。"
        ),
    ),
    "correlation": (
        "This is correlation: it shows what went together, not what brought it about.",
        "这只是相关性：它说明哪些情况同时出现，并不说明谁导致了谁。",
    ),
    "events-behind": ("The events behind it:", "相关事件："),
}
