"""The told stories of the demo: deals that somebody will want to look at in a retrospective."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.deal.corrections import CorrectEvent, Replacement, RetractEvent
from domain.deal.deciding import DealCommand
from domain.deal.life import ChangeStage, MoveExpectedClose, OpenDeal, ReviseAmount
from domain.deal.outcome import DiscardDeal, LoseDeal, RecordCauses, ReopenDeal, WinDeal
from domain.deal.outlook import (
    AddNote,
    AnswerCriterion,
    NoteCompetitor,
    PauseDeal,
    ResumeDeal,
    SetForecast,
    SetNextStep,
)
from domain.values import Cause, External
from interfaces.demo.cast import AMERICAS, EAST, SalesTeam
from interfaces.demo.script import SOURCE, Script, money

LOST_DEAL = "D-233"
REOPENED_DEAL = "D-234"
PUSHED_DEAL = "D-235"
CORRECTED_DEAL = "D-236"
RETRACTED_DEAL = "D-237"
DISCARDED_DEAL = "D-238"


class Story:
    """A deal whose every event was written by hand."""

    def __init__(self, script: Script, key: str, team: SalesTeam, owner: str) -> None:
        self.script, self.key, self.team, self.owner = script, key, team, owner

    def on(self, day: str, command: DealCommand, *, told: str | None = None, by: str | None = None) -> None:
        """It happened on `day` (`2026-03-02T09:30`, in the team's zone), and was told on `told`."""
        at = self._instant(day)
        told_at = self._instant(told) if told else at
        self.script.tell(self.key, command, by or self.owner, at, told_at=told_at)

    def opened(self, day: str, account: int, product: int, amount: int, expected: date) -> None:
        """The deal comes to be."""
        key, name = self.team.accounts[account]
        sold = self.team.products[product].name
        opening = OpenDeal(
            title=f"{name} · {sold}",
            account=key,
            account_name=name,
            owner=self.owner,
            amount=money(amount, self.team),
            expected_close=expected,
            lead_source="trade-show",
            segment={"team": self.team.name, "region": self.team.region, "product": sold},
            external=External(source=SOURCE, key=self.key),
        )
        self.on(day, opening)

    def _instant(self, day: str) -> datetime:
        return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(self.team.zone))


def _lost(script: Script) -> None:
    """Declared as price; the buyer says something else; a competitor came late; a pause and silence."""
    deal = Story(script, LOST_DEAL, AMERICAS, "anna.berg")
    deal.opened("2025-11-03T10:15", 6, 0, 184_000, date(2026, 3, 31))
    deal.on("2025-11-12T14:00", ChangeStage(to_stage="qualification"))
    deal.on("2025-11-12T14:05", AnswerCriterion(criterion="need", answer="confirmed"))
    deal.on("2025-12-01T11:30", ChangeStage(to_stage="meeting", evidence=(3,)))
    deal.on("2025-12-02T09:00", SetNextStep(text="Site visit with the yard's planner"))
    deal.on("2026-01-14T16:20", ChangeStage(to_stage="proposal"))
    deal.on("2026-01-20T10:00", ReviseAmount(amount=money(168_500, AMERICAS), note="One robot less"))
    deal.on("2026-02-09T09:40", PauseDeal(reason="no-budget", note="Their year closes in February"))
    deal.on("2026-03-09T09:10", ResumeDeal(note="Budget released"))
    deal.on("2026-03-20T15:00", MoveExpectedClose(expected_close=date(2026, 5, 29), reason="timing"))
    deal.on(
        "2026-04-02T11:00",
        AddNote(text="Our planner contact left the yard; nobody told us who follows"),
        told="2026-04-21T08:30",
    )
    deal.on("2026-04-27T13:00", NoteCompetitor(competitor="Polaris Automation", standing="ahead"))
    price = Cause(reason="price", effect="blocked", note="They said 12 % below us")
    lost = LoseDeal(kind="competitor", competitor="Polaris Automation", causes=(price,))
    deal.on("2026-05-12T17:30", lost)
    champion = Cause(reason="champion-left", effect="blocked", evidence=(11,))
    silent = Cause(reason="no-follow-up", effect="blocked")
    told = RecordCauses(told_by="buyer", causes=(champion, silent), confidence=0.8)
    deal.on("2026-05-28T10:00", told, by="maria.santos")


def _reopened(script: Script) -> None:
    """Lost for want of a budget, open again with the new year's, and won."""
    deal = Story(script, REOPENED_DEAL, EAST, "han.meimei")
    deal.opened("2025-07-08T09:20", 8, 1, 290_000, date(2025, 10, 31))
    deal.on("2025-07-21T15:00", ChangeStage(to_stage="qualification"))
    deal.on("2025-08-11T10:30", ChangeStage(to_stage="meeting"))
    deal.on("2025-09-02T16:45", ChangeStage(to_stage="proposal"))
    budget = Cause(reason="budget-cut", effect="blocked", note="集团冻结了下半年投资")
    deal.on("2025-10-15T11:00", LoseDeal(kind="no-decision", causes=(budget,)))
    deal.on("2026-01-12T09:30", ReopenDeal(reason="timing", note="新年度预算已批", stage="proposal"))
    deal.on("2026-01-12T09:35", MoveExpectedClose(expected_close=date(2026, 3, 31)))
    deal.on("2026-02-26T14:10", ChangeStage(to_stage="negotiation"))
    trust = Cause(reason="trust", effect="pushed", note="停滞期间我们一直保持联系")
    deal.on("2026-03-24T17:00", WinDeal(amount=money(276_000, EAST), causes=(trust,)))


def _pushed(script: Script) -> None:
    """Expected in December, and pushed four times since."""
    deal = Story(script, PUSHED_DEAL, EAST, "wang.fang")
    deal.opened("2025-09-15T10:00", 7, 0, 1_360_000, date(2025, 12, 26))
    deal.on("2025-10-09T09:00", ChangeStage(to_stage="qualification"))
    deal.on("2025-11-03T09:00", ChangeStage(to_stage="meeting"))
    deal.on("2025-12-19T16:00", MoveExpectedClose(expected_close=date(2026, 2, 27), reason="timing"))
    deal.on("2026-01-08T10:00", ChangeStage(to_stage="proposal"))
    deal.on("2026-02-25T17:10", MoveExpectedClose(expected_close=date(2026, 4, 15), reason="authority"))
    deal.on("2026-04-14T17:30", MoveExpectedClose(expected_close=date(2026, 6, 30), reason="legal"))
    deal.on("2026-05-06T11:00", SetForecast(category="commit"))
    deal.on("2026-06-26T18:00", MoveExpectedClose(expected_close=date(2026, 9, 30), reason="timing"))


def _corrected(script: Script) -> None:
    """An amount with one zero too many stood in the pipeline for seven weeks."""
    deal = Story(script, CORRECTED_DEAL, EAST, "zhao.ming")
    deal.opened("2026-02-10T09:45", 5, 2, 260_000, date(2026, 8, 31))
    deal.on("2026-03-03T10:00", ChangeStage(to_stage="qualification"))
    deal.on("2026-03-17T14:30", ReviseAmount(amount=money(3_100_000, EAST)))
    deal.on("2026-04-08T11:20", ChangeStage(to_stage="meeting"))
    replacement = Replacement(data={"amount": {"amount": "310000.00", "currency": "CNY"}})
    fix = CorrectEvent(corrects=3, replacement=replacement, reason="other", note="多打了一个零")
    deal.on("2026-05-07T09:05", fix, by="chen.jing")


def _retracted(script: Script) -> None:
    """A step forward that belonged to another deal."""
    deal = Story(script, RETRACTED_DEAL, AMERICAS, "james.okafor")
    deal.opened("2026-03-16T11:00", 4, 2, 42_000, date(2026, 9, 15))
    deal.on("2026-04-06T10:00", ChangeStage(to_stage="qualification"))
    deal.on("2026-04-20T15:30", ChangeStage(to_stage="proposal"))
    taken_back = RetractEvent(retracts=3, reason="other", note="That was Silverline's proposal")
    deal.on("2026-04-23T09:15", taken_back)
    deal.on("2026-05-18T13:00", ChangeStage(to_stage="meeting"))


def _discarded(script: Script) -> None:
    """The same enquiry, entered twice."""
    deal = Story(script, DISCARDED_DEAL, AMERICAS, "lucy.tran")
    deal.opened("2026-03-17T09:00", 4, 2, 42_000, date(2026, 9, 15))
    deal.on("2026-03-19T10:10", DiscardDeal(reason="duplicate", note="James has it as D-237"))


def told_stories(script: Script) -> None:
    """Write every told story into the script."""
    for story in (_lost, _reopened, _pushed, _corrected, _retracted, _discarded):
        story(script)
