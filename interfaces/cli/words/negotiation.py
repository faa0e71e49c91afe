"""What is said of negotiations: discounts, and the ladder of offers; in English and in Chinese."""

from collections.abc import Mapping

NEGOTIATION: Mapping[str, tuple[str, str]] = {
    # The report on discounts
    "with-offer": ("With offer", "有报价"),
    "offers": ("Offers", "报价数"),
    "counter-offers": ("Counter-offers", "客户还价"),
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
    "buyer-answers": ("Their answer, days", "客户答复天数"),
    "we-answer": ("Our answer, days", "我方答复天数"),
    "term": ("Term", "条款"),
    "topic": ("Topic", "主题"),
    "list-price": ("List price", "目录价"),
    "first-price": ("First offer", "首次报价"),
    "last-price": ("Last offer", "最新报价"),
    "accepted-price": ("Accepted at", "成交价"),
    "offers-and-prices": ("Offers and prices", "报价与价格"),
    "given-and-received": ("Concessions, objections and answers", "让步、异议与答复"),
    "ended-by-offers": ("How deals ended, by the number of offers", "按报价次数看结果"),
    "conceded-by-term": ("Concessions by term", "各条款的让步"),
    "objections-by-topic": ("Objections by topic", "各主题的异议"),
    "never-raised": ("(settled, never raised)", "（有处理，无提出记录）"),
    "how-to-read-discounts": (
        (
            "Offers are those of both sides, counter-offers the buyer's among them. Discount: 1 − price ÷ list "
            "price, of the accepted price, else of our last offer. Rounds: our offers and their counter-offers; "
            "several of one side in a row count once. Price given up: our first offer − the accepted price. "
            "Answers: days until an offer was accepted, rejected or countered. Rounds, discounts and days are "
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
}
