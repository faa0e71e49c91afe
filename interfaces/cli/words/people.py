"""What is said of people, needs and follow-ups; in English and in Chinese."""

from collections.abc import Mapping

PEOPLE: Mapping[str, tuple[str, str]] = {
    # The decision chain of a deal
    "person": ("Person", "联系人"),
    "contact-id": ("ID", "编号"),
    "job-title": ("Job title", "职务"),
    "roles": ("Roles", "角色"),
    "influence": ("Influence", "影响力"),
    "stance": ("Stance", "态度"),
    "stance-now": ("{stance} since {since}", "{stance}（自{since}）"),
    "stance-moved": ("{before} → {stance} on {since}", "{before} → {stance}（{since}）"),
    "met-times": ("Met", "接触次数"),
    "last-met": ("Last met", "最近接触"),
    "in-chain-since": ("In the chain since", "加入决策链"),
    "in-chain": ("{title}: the decision chain", "{title}：决策链"),
    "below": ("{indent}└ {name}", "{indent}└ {name}"),
    "nobody-in-chain": (
        "Nobody of the buyer's side is known. Add somebody with `dealtrail deal contact`.",
        "客户方尚无已知联系人。可用 `dealtrail deal contact` 添加。",
    ),
    "who-left": ("Who left", "已离开的联系人"),
    "left-on": ("Left", "离开时间"),
    "why-left": ("Why", "原因"),
    "came-for-them": ("Replaced by", "接任者"),
    "key-roles-all-met": (
        "Economic buyer, decision maker, champion and technical buyer are known, and we have met them.",
        "经济决策人、决策人、内部支持者和技术把关人均已知，且均已接触。",
    ),
    "key-roles-missing": ("Nobody is known as: {roles}.", "尚不清楚谁是：{roles}。"),
    "key-roles-not-met": ("Known but never met: {roles}.", "已知但从未接触：{roles}。"),
    "others-met": (
        "Met, but not in the chain: {contacts}.",
        "接触过，但不在决策链中：{contacts}。",
    ),
    # The report on follow-ups
    "followup-owner": ("Whose", "责任人"),
    "followup-kind": ("Kind", "类别"),
    "followup-what": ("What", "事项"),
    "kind-next-step": ("Next step", "下一步"),
    "kind-task": ("Task", "任务"),
    "kind-question": ("Question", "客户提问"),
    "kind-offer": ("Offer that expires", "到期报价"),
    "kind-touchpoint": ("Appointment", "预约沟通"),
    "all-kinds": ("All", "合计"),
    "overdue": ("Overdue", "逾期"),
    "due": ("Due", "到期日"),
    "when-due": ("Standing", "状态"),
    "when-overdue": ("overdue", "逾期"),
    "when-due-soon": ("due", "即将到期"),
    "when-later": ("later", "以后到期"),
    "when-no-date": ("no date", "无期限"),
    "what-of": ("{what} ({item})", "{what}（{item}）"),
    "due-by": ("Due by {day}", "截至{day}到期"),
    "later": ("Later", "以后到期"),
    "no-date": ("No date", "无期限"),
    "open-deals": ("Open deals", "进行中"),
    "no-next-step": ("No next step", "无下一步"),
    "to-do": ("To do", "待办事项"),
    "to-do-none": ("Nothing is left to do.", "没有待办事项。"),
    "followups-headline": (
        (
            "{open} open deals: {overdue} follow-ups are overdue, {due} are due by {day}, {no_date} have no date. "
            "{no_next_step} deals have no next step."
        ),
        (
            "进行中的商机 {open} 个：跟进事项逾期 {overdue} 项，截至{day}到期 {due} 项，无期限 {no_date} 项；"
            "{no_next_step} 个商机没有下一步。"
        ),
    ),
    "first-response": (
        (
            "First response: {median} hours from the opening to our first touchpoint (median of {n} deals; "
            "three quarters within {p75} hours). Still without one: {waiting} open deals."
        ),
        (
            "首次响应：从创建商机到我方首次接触客户 {median} 小时（{n} 个商机的中位数；"
            "四分之三在 {p75} 小时以内）。尚未响应的进行中商机：{waiting} 个。"
        ),
    ),
    "first-response-none": (
        "First response: none is measured. Still without one: {waiting} open deals.",
        "首次响应：尚无可计算的商机。尚未响应的进行中商机：{waiting} 个。",
    ),
    "lead-response": (
        (
            "Once a lead was accepted: {median} hours to our next touchpoint (median of {n} deals; "
            "three quarters within {p75} hours). Still without one: {waiting} open deals."
        ),
        (
            "线索确认之后：到我方下一次接触客户 {median} 小时（{n} 个商机的中位数；"
            "四分之三在 {p75} 小时以内）。尚未响应的进行中商机：{waiting} 个。"
        ),
    ),
    "silence-longer": (
        (
            "Silence: {longer} of {compared} open deals ({share}) were silent in their stage for longer than "
            "half of the won deals were there."
        ),
        (
            "沉默期：可比的 {compared} 个进行中的商机里，{longer} 个（{share}）在当前阶段的最长沉默期"
            "超过同阶段签单商机的中位数。"
        ),
    ),
    "silence-none": (
        "Silence: too few won deals to compare the open ones with.",
        "沉默期：签单商机太少，无法比较。",
    ),
    "single-threaded-deals": (
        (
            "Single-threaded: in {deals} of {open} open deals ({share}) fewer than two contacts were spoken with "
            "in the last 30 days."
        ),
        "单线联系：{open} 个进行中的商机里，{deals} 个（{share}）近 30 天接触过的联系人不足两位。",
    ),
    "chain-coverage": ("Who decides, in the open deals", "进行中商机的决策链"),
    "role": ("Role", "角色"),
    "role-known": ("Known", "已知"),
    "role-met": ("Met", "已接触"),
    "share-known": ("of the deals", "占比"),
    "share-met": ("of the deals", "占比"),
    "response-hours": ("First response, hours", "首次响应（小时）"),
    "waiting": ("Waiting", "等待响应"),
    "longer-silent": ("Longer silent", "沉默过久"),
    "single-threaded": ("Single-threaded", "单线联系"),
    "groups-followups": ("To do and in danger", "待办与风险"),
    "roles-covered": ("Roles known (met)", "已知角色（已接触）"),
    "known-and-met": ("{known} ({met})", "{known}（{met}）"),
    "deals-in-danger": ("Open deals", "进行中的商机"),
    "to-do-of-deals": ("Follow-ups", "跟进事项"),
    "next-step": ("Next step", "下一步"),
    "silent-days": ("Silent, days", "沉默天数"),
    "won-days": ("Won deals there, days", "同阶段签单（天）"),
    "contacts-touched": ("Contacts in 30 days", "近 30 天联系人"),
    "roles-missing": ("Not known", "未知角色"),
    "too-few-open": (
        "* Fewer than {floor} deals: do not rank by this.",
        "* 商机不足 {floor} 个，不宜据此排名。",
    ),
    "how-to-read-followups": (
        (
            "Overdue: past at the instant; a day is past when it is over. What was open when a deal closed is not "
            "counted. Silence: the longest stretch without a touchpoint or a word of the buyer. The period bounds "
            "the openings whose first response is measured."
        ),
        (
            "逾期：到该时刻已过期限；按天的期限以当天结束为准。商机关闭时未了的事项不计。"
            "沉默期：没有接触、客户也没有动静的最长一段时间。所选期间只限定计算首次响应的商机（按创建日期）。"
        ),
    ),
}
