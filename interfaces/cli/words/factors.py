"""What is said of who says what, and of factors beside the win rate; in English and in Chinese."""

from collections.abc import Mapping

FACTORS: Mapping[str, tuple[str, str]] = {
    "no-closed-deals": (
        "No deal of these was won or lost by then.",
        "截至当时，这些商机中没有签单或丢单的。",
    ),
    "coverage": ("How many closed deals have a declared cause", "已关闭商机的原因填写情况"),
    "with-cause": ("With a cause", "已填原因"),
    "told-by-buyer": ("Told by the buyer", "客户告知"),
    "only-other": ("Only “other”", "只有“其他”"),
    "without-cause": ("Without", "未填原因"),
    "tellers": ("Who says what, in how many deals", "谁认为是什么原因（商机数）"),
    "more-reasons": ("{more} more", "另有 {more} 项"),
    "agreements": ("How often they agree", "各方说法的一致程度"),
    "and-teller": ("and", "与"),
    "both-speak": ("Both speak", "双方均有说法"),
    "they-agree": ("Same reason", "原因相同"),
    "agreement-rate": ("Agree", "一致率"),
    "how-to-read-causes": (
        (
            "They agree where they name at least one reason in common. The events speak of lost deals only: objections "
            "left unsettled, a champion who left and the like, and what took longer than in 95% of the won deals."
        ),
        (
            "至少有一个原因相同即为一致。“事件本身”只针对丢单：未解决的异议、离开的内部支持者等，"
            "以及耗时超过 95% 签单商机的情况。"
        ),
    ),
    # Drivers
    "drivers": ("Win rate with and without each factor", "有无各因素时的赢单率"),
    "factor": ("Factor", "因素"),
    "rate-with": ("With", "有该因素"),
    "rate-without": ("Without", "无该因素"),
    "rate-difference": ("Difference in points", "相差百分点"),
    "interval": ("95% interval", "95% 区间"),
    "by-chance": ("By chance", "偶然概率"),
    "drivers-more": (
        "{more} more factors, none of them a difference: `-o json` tells them all.",
        "另有 {more} 个因素，差异均不显著；`-o json` 列出全部。",
    ),
    "drivers-tested": (
        (
            "{tested} factors were looked at, {called} are differences. By chance: how often chance alone does as "
            "much, corrected for looking at so many (Holm), so that where nothing drives the win rate anything is "
            "called a difference in {stated} of cases at most. The intervals (Newcombe) are of each factor by itself."
        ),
        (
            "共考察 {tested} 个因素，其中 {called} 个差异显著。偶然概率：仅凭偶然出现同样差距的概率，"
            "已按考察的因素数校正（Holm 法）；因此若没有任何因素影响赢单率，误判出显著差异的情形不超过 {stated}。"
            "区间（Newcombe 法）针对单个因素。"
        ),
    ),
    "drivers-early": (
        (
            "Deals that are lost early had no time for much to happen: compare those that came equally far "
            "(--by stage-at-close) before concluding anything."
        ),
        "早早丢掉的商机来不及发生太多事情：下结论之前，请先比较进展程度相同的商机（--by stage-at-close）。",
    ),
    "drivers-refused": (
        "{refused} factors are not told: fewer than {floor} deals with or without them.",
        "有 {refused} 个因素未列出：有或无该因素的商机不足 {floor} 个。",
    ),
    "together": (
        "Several factors at a time, in {n} deals ({won} won, {lost} lost)",
        "同时考察多个因素，{n} 个商机（签单 {won}，丢单 {lost}）",
    ),
    "together-too-few": (
        "Refused: for so many factors it takes {needed} won and {needed} lost deals. Name fewer factors.",
        "无法计算：这么多因素需要签单和丢单各 {needed} 个。请减少因素。",
    ),
    "together-same": (
        "Refused: some of these factors say the same of every deal. Leave one of them out.",
        "无法计算：其中有的因素在每个商机上完全一致。请去掉一个。",
    ),
    "together-separated": (
        "Refused: with one of these factors (or some together) all deals were won, or all were lost. Leave it out.",
        "无法计算：具备其中某个（或某几个）因素的商机全部签单或全部丢单。请去掉该因素。",
    ),
    "odds-ratio": ("Odds of winning, times", "赢单几率倍数"),
    "how-to-read-together": (
        "Times: by how much the odds of winning (won to lost) are multiplied with the factor, the others being equal.",
        "倍数：其他因素相同时，有该因素的赢单几率（签单与丢单之比）是没有时的多少倍。",
    ),
    "factor-over": ("{factor} (over {days} days)", "{factor}（超过 {days} 天）"),
    "factor-champion-known": ("Champion known", "有内部支持者"),
    "factor-champion-left": ("Champion left", "内部支持者离开"),
    "factor-contact-left": ("Another contact left", "其他联系人离开"),
    "factor-contact-never-met": ("A contact was never met", "有联系人从未接触"),
    "factor-hostile-contact": ("A sceptic or blocker", "有怀疑者或反对者"),
    "factor-fewer-than-two-met": ("Fewer than two contacts met", "接触过的联系人不足两人"),
    "factor-objection-raised": ("An objection was raised", "客户提出过异议"),
    "factor-objection-unsettled": ("An objection was never settled", "有异议未解决"),
    "factor-need-unmet": ("A need was never met", "有需求未满足"),
    "factor-counter-offer": ("A counter-offer", "客户还过价"),
    "factor-concession-unreturned": ("A concession with nothing in return", "有无交换条件的让步"),
    "factor-pushed": ("Expected close moved back", "预计成交推迟过"),
    "factor-pushed-again": ("Expected close moved back twice or more", "预计成交推迟过两次以上"),
    "factor-rule-set-aside": ("A rule was set aside", "有破例放行"),
    "factor-stage-skipped": ("A stage was skipped", "跳过阶段"),
    "factor-competitor-noted": ("A competitor", "有竞争对手"),
    "factor-late-follow-up": ("A late follow-up", "有逾期的跟进"),
    "factor-long-silence": ("A long silence", "沉默期长"),
    "factor-late-competitor": ("A competitor came late", "竞争对手出现得晚"),
    "factor-slow-answer-to-question": ("A slow answer to a question", "答复提问慢"),
    "factor-slow-answer-to-objection": ("A slow answer to an objection", "答复异议慢"),
    "factor-slow-answer-to-counter-offer": ("A slow answer to a counter-offer", "答复还价慢"),
    "factor-slow-first-response": ("A slow first response", "首次响应慢"),
}
