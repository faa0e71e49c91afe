"""Expected in December, pushed four times since, and still called committed."""

from datetime import date

from domain.deal.needs import RecordNeed
from domain.deal.outlook import AcceptLead, AnswerCriterion, SetForecast
from domain.deal.touchpoints import AddTask, AnswerQuestion, FinishTask, RaiseQuestion
from interfaces.demo.cast import EAST
from interfaces.demo.script import Script
from interfaces.demo.stories.story import Story

KEY = "D-235"


def tell(script: Script) -> None:
    """One contact, nobody who pays, and a new date whenever the old one comes near."""
    deal = Story(script, KEY, EAST, "wang.fang", account=7)
    deal.opened("2025-09-15T10:00", 0, 1_360_000, date(2025, 12, 26), "website")
    deal.talked("2025-09-17T10:30", "call", "官网询价，要四台机器人", minutes=15)
    deal.met("2025-09-22T15:00", 2, ("technical-buyer",), "supporter", 2)
    deal.on("2025-09-29T09:00", AcceptLead(level="mql"))
    deal.moved("2025-10-09T09:00", "qualification")
    deal.on("2025-10-09T09:10", AnswerCriterion(criterion="need", answer="confirmed"))
    crane = "船坞吊装等待时间长"
    deal.on("2025-10-14T14:00", RecordNeed(need="n-1", kind="pain", text=crane, importance=4))
    deal.talked("2025-10-14T14:05", "visit", "与工程师看了两个船坞", 2, minutes=120)
    deal.moved("2025-11-03T09:00", "meeting")
    deal.on("2025-11-04T09:00", AnswerCriterion(criterion="budget", answer="unknown"))
    deal.next("2025-11-04T09:10", "请工程师引见副总", date(2025, 11, 28))
    deal.talked("2025-11-26T16:00", "call", "副总出差，年后再约", 2, minutes=10)
    deal.pushed("2025-12-19T16:00", date(2026, 2, 27), "timing")
    deal.moved("2026-01-08T10:00", "proposal")
    deal.offered("2026-01-12T11:00", "o-1", 1_360_000, 1_420_000, until=date(2026, 3, 31), payment="30 天")
    fits = RaiseQuestion(question="q-1", text="能否接入现有吊装系统？", contact=deal.buyers[2].id)
    deal.on("2026-01-21T10:00", fits)
    deal.on("2026-02-03T17:00", AnswerQuestion(question="q-1", answer="可以，接口说明已发"))
    deal.talked("2026-02-25T17:00", "call", "要等副总同意", 2, minutes=10)
    deal.pushed("2026-02-25T17:10", date(2026, 4, 15), "authority")
    deal.on(
        "2026-03-10T09:00",
        AddTask(task="k-1", text="准备给副总的回本测算", due=date(2026, 3, 20), owner="wang.fang"),
    )
    deal.on("2026-04-03T18:00", FinishTask(task="k-1"))
    deal.pushed("2026-04-14T17:30", date(2026, 6, 30), "legal")
    deal.on("2026-03-31T09:00", SetForecast(category="commit"))
    deal.talked("2026-05-06T11:00", "email", "合同模板已发法务", 2, minutes=10)
    deal.next("2026-05-06T11:10", "催法务意见", date(2026, 5, 22))
    deal.talked("2026-06-11T10:00", "call", "法务还没有看", 2, minutes=5)
    deal.pushed("2026-06-26T18:00", date(2026, 9, 30), "timing")
