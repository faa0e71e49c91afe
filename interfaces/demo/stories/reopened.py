"""Lost for want of a budget, open again with the new year's, and won."""

from datetime import date

from domain.deal.after_the_win import CompleteDelivery, RecordPayment, SignContract
from domain.deal.negotiation import AcceptOffer, ExpireOffer
from domain.deal.outcome import LoseDeal, ReopenDeal, WinDeal
from domain.values import Cause
from interfaces.demo.cast import EAST
from interfaces.demo.script import Script, money
from interfaces.demo.stories.story import Story

KEY = "D-234"


def tell(script: Script) -> None:
    """Somebody kept in touch while nothing could be sold."""
    deal = Story(script, KEY, EAST, "han.meimei", account=8)
    deal.opened("2025-07-08T09:20", 1, 290_000, date(2025, 10, 31))
    deal.met("2025-07-10T10:00", 0, ("user", "champion"), "advocate", 3)
    deal.moved("2025-07-21T15:00", "qualification")
    deal.moved("2025-08-11T10:30", "meeting")
    deal.talked("2025-08-20T14:00", "demo", "质检班长亲自试了二十个零件", 0, minutes=60)
    deal.moved("2025-09-02T16:45", "proposal")
    deal.offered("2025-09-08T10:00", "o-1", 290_000, 300_000, until=date(2025, 10, 10))
    deal.on("2025-10-11T09:00", ExpireOffer(offer="o-1"))
    budget = Cause(reason="budget-cut", effect="blocked", note="集团冻结了下半年投资")
    deal.on("2025-10-15T11:00", LoseDeal(kind="no-decision", causes=(budget,)))
    deal.talked("2025-11-18T15:00", "call", "问候，了解冻结何时结束", 0, minutes=10)
    deal.on("2026-01-12T09:30", ReopenDeal(reason="timing", note="新年度预算已批", stage="proposal"))
    deal.pushed("2026-01-12T09:35", date(2026, 3, 31), "timing")
    deal.offered("2026-02-05T10:00", "o-2", 276_000, 300_000, until=date(2026, 3, 31))
    deal.moved("2026-02-26T14:10", "negotiation")
    deal.on("2026-03-24T16:00", AcceptOffer(offer="o-2", side="buyer"))
    trust = Cause(reason="trust", effect="pushed", note="停滞期间我们一直保持联系")
    deal.on("2026-03-24T17:00", WinDeal(offer="o-2", causes=(trust,)))
    deal.on("2026-03-30T10:00", SignContract(amount=money(276_000, EAST)))
    deal.on("2026-05-11T10:00", CompleteDelivery())
    deal.on("2026-06-08T10:00", RecordPayment(amount=money(276_000, EAST)))
