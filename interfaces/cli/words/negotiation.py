"""What is said of negotiations: discounts, and the ladder of offers; in English and in Chinese."""

from collections.abc import Mapping

NEGOTIATION: Mapping[str, tuple[str, str]] = {
    # The report on discounts
    "with-offer": ("With offer", "有报价"),
    "offers": ("Offers", "报价数"),
    "counter-offers": ("Counters", "客户还价"),
    "accepted": ("Accepted", "已接受"),
    "rounds": ("Rounds", "轮次"),
    "discount": ("Discount", "折扣率"),
    "discount-won": ("if won", "签单时"),
    "discount-lost": ("if lost", "丢单时"),
    "conceded": ("Price given up", "价格让步"),
    "given": ("Given", "我方让步"),
    "given-in-return": ("of them traded", "有交换条件"),
    "given-worth": ("Worth", "让步价值"),
    "received": ("Received", "客户让步"),
    "received-worth": ("Worth", "客户让步价值"),
    "objections": ("Objections", "异议"),
    "settled": ("Settled", "已处理"),
    "resolved": ("Resolved", "已解决"),
    "buyer-answers": ("They answer, d", "客户答复天数"),
    "we-answer": ("We answer, d", "我方答复天数"),
    "term": ("Term", "条款"),
    "topic": ("Topic", "主题"),
    "list-price": ("List price", "目录价"),
    "first-price": ("Our first offer", "我方首次报价"),
    "last-price": ("Our last offer", "我方最新报价"),
    "accepted-price": ("Accepted at", "成交价"),
    "offers-and-answers": ("Offers and answers", "报价与答复"),
    "prices": ("Prices", "价格"),
    "share-of-first": ("of the first offer", "占首次报价"),
    "given-and-received": ("Concessions and objections", "让步与异议"),
    "ended-by-offers": ("How deals ended, by the number of offers", "按报价次数看结果"),
    "conceded-by-term": ("Concessions by term", "各条款的让步"),
    "objections-by-topic": ("Objections by topic", "各主题的异议"),
    "never-raised": ("(settled, never raised)", "（有处理，无提出记录）"),
    "how-to-read-discounts": (
        (
            "Offers are those of both sides, counters the buyer's among them. Discount: 1 − price ÷ list "
            "price, of the accepted price, else of our last offer. Rounds: our offers and their counter-offers; "
            "several of one side in a row count once. Price given up: our first offer − the accepted price. "
            "Answers, d: days until an offer was accepted, rejected or countered. Rounds, discounts and days are "
            "medians."
        ),
        (
            "报价数含双方报价，客户还价另列。折扣率：1 − 价格 ÷ 目录价，有成交价取成交价，否则取我方最新报价。"
            "轮次：我方报价与客户还价，同一方连续多次只计一次。价格让步：首次报价 − 成交价。"
            "答复天数：从报价到对方接受、拒绝或还价的天数。轮次、折扣率和天数均取中位数。"
        ),
    ),
    "too-few-behind": (
        "* Fewer than {floor} deals or answers behind the figure: do not rank by it.",
        "* 样本不足 {floor} 个，不宜据此排名。",
    ),
    "no-negotiation": (
        "No offer was made in these deals, and nothing was conceded or objected to.",
        "这些商机没有报价、让步或异议记录。",
    ),
    # The ladder of one deal
    "ladder-title": ("{title}  {deal}: the negotiation", "{title}  {deal}：谈判过程"),
    "ladder-empty": (
        "Nothing was offered, conceded or objected to. `dealtrail deal offer` records an offer.",
        "尚无报价、让步或异议记录。可用 `dealtrail deal offer` 记录报价。",
    ),
    "ladder-marks": (
        "● our offer, ○ their counter-offer, from the lowest price (left) to the highest.",
        "● 我方报价，○ 客户还价，从左到右为从最低价到最高价。",
    ),
    "ladder-stands": ("Where it stands", "谈判现状"),
    "round": ("Round", "轮次"),
    "side": ("Side", "一方"),
    "price": ("Price", "价格"),
    "off-list": ("Off list", "折扣率"),
    "change": ("Change", "变动"),
    "their-price": ("Their last counter-offer", "客户最新还价"),
    "gap": ("Between the two", "双方价差"),
    "target-price": ("Our target", "我方目标价"),
    "floor-price": ("Our floor", "我方底价"),
    "concessions": ("Concessions", "让步"),
    "unanswered": ("Offers without an answer", "待答复的报价"),
    "unsettled": ("Objections not settled", "未处理的异议"),
    "undecided": ("Approvals not decided", "待决定的审批"),
    "of-the-first-offer": ("{amount}, {share} of the first offer", "{amount}，占首次报价的 {share}"),
    "below-the-floor": ("{amount}: the price lies below it", "{amount}：目前价格低于底价"),
    "not-below-the-floor": ("{amount}", "{amount}"),
    "gave-and-got": (
        "we gave {given}, {traded} of them for something in return; they gave {received}",
        "我方 {given} 项，其中 {traded} 项有交换条件；客户方 {received} 项",
    ),
    "made-offer": ("Offer {offer}", "报价 {offer}"),
    "made-counter-offer": ("Counter-offer {offer}", "还价 {offer}"),
    "in-reply-to": ("in reply to {offer}", "回应 {offer}"),
    "term-changed": ("{field}: {before} → {after}", "{field}：{before} → {after}"),
    "valid-until": ("valid until {day}", "有效期至{day}"),
    "approved-by": ("approved by {who}", "批准人：{who}"),
    "answered": ("{offer}: {answer}", "{offer}：{answer}"),
    "never-made": ("nobody recorded when it was made", "该报价没有提出记录"),
    "gave-way": ("Concession: {term}", "让步：{term}"),
    "worth-so-much": ("worth {value}", "价值 {value}"),
    "in-return-for": ("in return for: {what}", "换取：{what}"),
    "for-nothing": ("for nothing in return", "没有交换条件"),
    "objection-raised": ("Objection {objection}: {topic}", "异议 {objection}：{topic}"),
    "objection-answered": ("Answer to {objection}: {topic}", "答复异议 {objection}：{topic}"),
    "objection-resolved": ("{objection} resolved: {topic}", "异议 {objection} 已解决：{topic}"),
    "objection-stays": ("{objection} stays unresolved: {topic}", "异议 {objection} 未能解决：{topic}"),
    "never-raised-objection": ("nobody recorded what it was about", "没有提出记录"),
    "approval-asked": ("Approval {approval} asked for, for {offer}", "为 {offer} 申请审批 {approval}"),
    "approval-granted": ("Approval {approval} granted, for {offer}", "审批 {approval} 已批准（{offer}）"),
    "approval-refused": ("Approval {approval} refused, for {offer}", "审批 {approval} 未获批准（{offer}）"),
    "at-a-discount": ("at a discount of {discount}", "折扣率 {discount}"),
    "price-range-set": ("Our price range", "我方价格区间"),
    "said-of": ("{field}: {what}", "{field}：{what}"),
    "since-then": ("since {since}", "自{since}起"),
    "at-once": ("{told}, the same day", "{told}，当天"),
    "within-a-minute": ("{told}, within a minute", "{told}，一分钟内"),
    "after-minutes": ("{told}, after {minutes} min", "{told}，{minutes} 分钟后"),
    "after-hours": ("{told}, after {hours} h", "{told}，{hours} 小时后"),
    "after-a-day": ("{told}, after a day", "{told}，1 天后"),
    "after-days": ("{told}, after {days} days", "{told}，{days} 天后"),
}
