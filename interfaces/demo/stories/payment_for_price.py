"""A win that was nearly lost over the price, saved by giving way on payment instead."""

from datetime import date
from decimal import Decimal

from domain.deal.after_the_win import RecordPayment, SignContract
from domain.deal.approvals import DecideApproval, RequestApproval
from domain.deal.life import ReviseAmount
from domain.deal.needs import ProposeSolution, RecordNeed, SettleNeed
from domain.deal.negotiation import AcceptOffer, RecordConcession, RejectOffer, SetPriceRange
from domain.deal.objections import AnswerObjection, RaiseObjection, SettleObjection
from domain.deal.outcome import RecordCauses, WinDeal
from domain.deal.outlook import AcceptLead, AnswerCriterion, SetForecast
from domain.deal.retrospective import Action, HoldRetrospective, Lesson, Observation
from domain.values import Cause
from interfaces.demo.cast import EAST
from interfaces.demo.script import Script, money
from interfaces.demo.stories.story import Story

KEY = "D-239"


def tell(script: Script) -> None:
    """Three offers, two counter-offers, and two things that were given in return for others."""
    deal = Story(script, KEY, EAST, "li.lei", account=1)
    _found(deal)
    _negotiated(deal)
    _won(deal)


def _found(deal: Story) -> None:
    deal.opened("2026-01-19T09:30", 0, 690_000, date(2026, 5, 29), "referral")
    deal.talked("2026-01-20T10:00", "call", "老客户介绍，想在旺季前自动化入库", minutes=20)
    deal.met("2026-01-22T14:00", 0, ("user", "champion"), "advocate", 3)
    deal.on("2026-01-26T09:00", AcceptLead(level="sql"))
    deal.moved("2026-01-26T09:10", "qualification")
    deal.on("2026-01-28T10:00", AnswerCriterion(criterion="need", answer="confirmed"))
    peak = "旺季入库每天多三千箱"
    deal.on("2026-01-28T10:05", RecordNeed(need="n-1", kind="need", text=peak, importance=5))
    deal.talked("2026-02-05T15:00", "visit", "看现有仓库，量了通道", 0, minutes=120)
    deal.moved("2026-02-25T10:00", "meeting")
    deal.met("2026-02-26T10:00", 1, ("economic-buyer", "decision-maker"), "supporter", 5)
    deal.met("2026-02-26T10:30", 3, ("procurement",), "sceptic", 4)
    deal.talked("2026-02-26T11:00", "demo", "副总和采购都到场，夜班试用一小时", 0, 1, 3, minutes=90)
    deal.on("2026-03-04T09:30", AnswerCriterion(criterion="budget", answer="confirmed"))
    deal.moved("2026-03-16T09:00", "proposal")
    propose = ProposeSolution(solution="s-1", summary="两台机器人，一套备用电池", needs=("n-1",))
    deal.on("2026-03-17T09:30", propose)
    deal.talked("2026-03-24T16:00", "call", "方案认可，等正式报价", 0)


def _negotiated(deal: Story) -> None:
    floor, target = money(640_000, EAST), money(670_000, EAST)
    deal.on("2026-03-30T09:00", SetPriceRange(floor=floor, target=target), by="chen.jing")
    deal.offered("2026-03-31T10:00", "o-1", 690_000, 720_000, until=date(2026, 4, 30), payment="30 天")
    deal.moved("2026-04-07T09:00", "negotiation")
    deal.offered("2026-04-10T15:00", "o-2", 598_000, side="buyer", to="o-1")
    price = RaiseObjection(objection="b-1", topic="price", text="今年只批了六十万", contact=deal.buyers[3].id)
    deal.on("2026-04-10T15:05", price)
    deal.on("2026-04-13T09:20", RequestApproval(approval="p-1", for_offer="o-2", discount=Decimal("0.1694")))
    no = DecideApproval(approval="p-1", granted=False, note="低于底价；谈付款，不谈价格")
    deal.on("2026-04-14T10:00", no, by="chen.jing")
    deal.on("2026-04-15T09:00", RejectOffer(offer="o-2", side="seller", reason="price"))
    answer = AnswerObjection(objection="b-1", text="六十万是今年的：分三期付款，第三期在明年预算内")
    deal.on("2026-04-16T10:30", answer)
    deal.talked("2026-04-16T10:40", "meeting", "副总算过：每班节省，十九个月回本", 1, 3, minutes=60)
    terms = RecordConcession(
        side="seller",
        term="payment",
        before="30 天",
        after="三期，至 2027 年 3 月",
        in_return_for="价格不低于 65 万",
    )
    deal.on("2026-04-20T09:00", terms)
    deal.offered(
        "2026-04-20T09:10", "o-3", 668_000, 720_000, to="o-2", until=date(2026, 5, 20), payment="三期"
    )
    deal.offered("2026-04-29T16:00", "o-4", 640_000, side="buyer", to="o-3", payment="三期")
    deal.talked("2026-05-07T10:00", "call", "采购还差一口气，副总想本月签", 1, minutes=15)
    given = RecordConcession(
        side="buyer", term="quantity", before="两台", after="两台，明年加一台", in_return_for="价格 65.2 万"
    )
    deal.on("2026-05-12T11:00", given)
    deal.on("2026-05-12T11:05", RejectOffer(offer="o-4", side="seller", reason="price"))
    deal.offered(
        "2026-05-12T11:10", "o-5", 652_000, 720_000, to="o-4", until=date(2026, 5, 29), payment="三期"
    )
    deal.on("2026-05-13T09:00", SetForecast(category="commit"))
    deal.on("2026-05-13T09:05", ReviseAmount(amount=money(652_000, EAST)))
    deal.seen("2026-05-18T15:00", 3, ("procurement",), "neutral", 4)
    deal.on("2026-05-18T15:05", SettleObjection(objection="b-1", resolved=True, note="分期后在两年预算之内"))


def _won(deal: Story) -> None:
    deal.on("2026-05-20T10:00", AcceptOffer(offer="o-5", side="buyer"))
    deal.on("2026-05-20T10:05", SettleNeed(need="n-1", met="yes", offer="o-5"))
    pushed = Cause(reason="price", effect="pushed", weight=0.4, note="用付款方式换价格")
    trust = Cause(reason="trust", effect="pushed", weight=0.6, note="老客户推荐，现场试用")
    deal.on("2026-05-20T17:00", WinDeal(offer="o-5", causes=(trust, pushed)))
    buyer = RecordCauses(told_by="buyer", causes=(Cause(reason="price", note="分期让我们今年就能买"),))
    deal.on("2026-06-01T11:00", buyer, by="chen.jing")
    deal.on("2026-05-27T14:00", SignContract(amount=money(652_000, EAST)))
    deal.on("2026-06-10T09:00", RecordPayment(amount=money(217_000, EAST), note="第一期"))
    deal.on("2026-06-11T15:00", _looked_back(), by="chen.jing")


def _looked_back() -> HoldRetrospective:
    return HoldRetrospective(
        retrospective="r-1",
        participants=("li.lei", "chen.jing", "deng.kai"),
        pushed=(Observation(text="拒绝降价后马上给出付款方案", reason="price"),),
        blocked=(),
        lessons=(
            Lesson(text="预算不够时先问：是今年不够，还是一共不够", area="skill"),
            Lesson(text="让步要有交换", area="strategy"),
        ),
        actions=(
            Action(
                action="a-239-1", text="把分期方案做成标准报价附页", owner="li.lei", due=date(2026, 7, 10)
            ),
        ),
    )
