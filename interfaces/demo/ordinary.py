"""The ordinary deals of the demo: drawn at random from a seed, so that every run tells the same."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from domain.deal.deciding import DealCommand
from domain.deal.life import (
    ChangeStage,
    MoveExpectedClose,
    OpenDeal,
    ReviseAmount,
)
from domain.deal.outcome import LoseDeal, RecordCauses, WinDeal
from domain.deal.outlook import (
    AcceptLead,
    AddNote,
    AnswerCriterion,
    NoteCompetitor,
    SetForecast,
    SetNextStep,
)
from domain.deal.team import AssignOwner
from domain.values import Cause, External
from interfaces.demo.cast import COMPETITORS, LEAD_SOURCES, LOSSES, WINS, SalesTeam
from interfaces.demo.script import FIRST_DAY, SOURCE, TODAY, Script, money, working_time

STAGES = ("prospecting", "qualification", "meeting", "proposal", "negotiation")
DWELL_DAYS = (12, 16, 20, 24, 18)
LEAVES = (0.16, 0.14, 0.13, 0.13, 0.12)
"""The share of deals that is lost out of each stage."""


class OrdinaryDeal:
    """One deal on its way through the stages, as its seed has it."""

    def __init__(self, script: Script, number: int, team: SalesTeam) -> None:
        self.random = Random(f"dealtrail demo {number}")
        self.script, self.team = script, team
        self.key = f"D-{number:03d}"
        self.owner = self.random.choice(team.people)
        self.product = self.random.choice(team.products)
        self.amount = round(self.product.price * self.random.triangular(0.6, 2.4, 1.0), -2)
        span = (TODAY - FIRST_DAY).days - 4
        # More deals are opened as the business grows.
        self.day = FIRST_DAY + timedelta(days=int(span * self.random.random() ** 0.5))
        self.expected = (self.day + timedelta(days=self.random.randint(60, 150))).date()

    def tell(self) -> None:
        """Write the whole deal into the script, up to the demo's today."""
        self._open()
        for place, stage in enumerate(STAGES):
            if place:
                self._say(ChangeStage(to_stage=stage))
            self._live_in(place)
            if self.random.random() < LEAVES[place]:
                self._lose()
                return
            if place in (2, 3) and self.random.random() < 0.08:
                self._go_back(place)
        self._win()

    def _say(self, command: DealCommand, *, late_days: int = 0, by: str | None = None) -> None:
        """Something happens on this day; it is told at once, or some days late."""
        at = working_time(self.random, self.team, self.day)
        self.day = max(self.day, at) + timedelta(minutes=5)
        told = at + timedelta(days=late_days)
        self.script.tell(self.key, command, by or self.owner, at, told_at=told)

    def _pass_days(self, mean: float) -> None:
        self.day += timedelta(days=max(1.0, self.random.gammavariate(2.0, mean / 2)))

    def _open(self) -> None:
        key, name = self.random.choice(self.team.accounts)
        self._say(
            OpenDeal(
                title=f"{name} · {self.product.name}",
                account=key,
                account_name=name,
                owner=self.owner,
                amount=money(int(self.amount), self.team),
                expected_close=self.expected,
                lead_source=self.random.choice(LEAD_SOURCES),
                segment={
                    "team": self.team.name,
                    "region": self.team.region,
                    "product": self.product.name,
                },
                external=External(source=SOURCE, key=self.key),
            )
        )

    def _live_in(self, place: int) -> None:
        """What usually happens while a deal is in a stage."""
        mean = DWELL_DAYS[place]
        self._pass_days(mean / 2)
        for command in self._events_of(place):
            late = self.random.choice((0, 0, 0, 0, 0, 3, 6))
            self._say(command, late_days=late)
        self._pass_days(mean / 2)
        if self.day.date() >= self.expected and place < len(STAGES) - 1:
            self._push(self.random.randint(20, 60), "timing")

    def _events_of(self, place: int) -> Iterator[DealCommand]:
        chance = self.random.random
        if place == 1:
            yield AcceptLead(level="sql" if chance() < 0.7 else "mql")
            yield AnswerCriterion(criterion="need", answer="confirmed")
        if place == 2:
            yield AnswerCriterion(criterion="budget", answer="confirmed" if chance() < 0.6 else "unknown")
            yield SetNextStep(text="演示方案" if self.team.language == "zh-CN" else "Demo on site")
        if place == 3 and chance() < 0.4:
            self.amount = round(self.amount * self.random.uniform(0.8, 1.15), -2)
            note = "按实际数量调整" if self.team.language == "zh-CN" else "Other quantities"
            yield ReviseAmount(amount=money(int(self.amount), self.team), note=note)
        if place >= 2 and chance() < 0.25:
            yield NoteCompetitor(competitor=self.random.choice(COMPETITORS))
        if place == 4:
            yield SetForecast(category="commit" if chance() < 0.5 else "best-case")
        if chance() < 0.06:
            others = [person for person in self.team.people if person != self.owner]
            self.owner = self.random.choice(others)
            yield AssignOwner(owner=self.owner)
        if chance() < 0.1 and self.expected > (self.day + timedelta(days=20)).date():
            self.expected -= timedelta(days=14)
            yield MoveExpectedClose(expected_close=self.expected, reason="timing")
        if chance() < 0.3:
            yield AddNote(
                text="客户要求补充交付计划" if self.team.language == "zh-CN" else "Asked for a delivery plan"
            )

    def _push(self, days: int, reason: str) -> None:
        self.expected = (self.day + timedelta(days=days)).date()
        self._say(MoveExpectedClose(expected_close=self.expected, reason=reason))

    def _go_back(self, place: int) -> None:
        self._say(ChangeStage(to_stage=STAGES[place - 1], reason="authority"))
        self._pass_days(10)
        self._say(ChangeStage(to_stage=STAGES[place]))

    def _lose(self) -> None:
        kind, reason = self.random.choice(LOSSES)
        self._pass_days(5)
        competitor = self.random.choice(COMPETITORS) if kind == "competitor" else None
        facts = {"kind": kind, "causes": [Cause(reason=reason, effect="blocked")]}
        self._say(
            LoseDeal.model_validate({**facts, "competitor": competitor} if competitor else facts),
            late_days=self.random.choice((0, 0, 0, 2, 9)),
        )
        if self.random.random() < 0.3:
            told_by = self.random.choice(("manager", "buyer"))
            other = self.random.choice(LOSSES)[1]
            self._explain(told_by, other)

    def _win(self) -> None:
        self._pass_days(4)
        won = int(round(self.amount * self.random.uniform(0.86, 1.0), -2))
        cause = Cause(reason=self.random.choice(WINS), effect="pushed")
        self._say(
            WinDeal(amount=money(won, self.team), causes=(cause,)),
            late_days=self.random.choice((0, 0, 0, 0, 4)),
        )

    def _explain(self, told_by: str, reason: str) -> None:
        self.day += timedelta(days=12)
        facts = {"told_by": told_by, "causes": [Cause(reason=reason)]}
        self._say(RecordCauses.model_validate(facts), by=self.team.manager)


def ordinary_deals(script: Script, first: int, last: int, team: SalesTeam) -> None:
    """Write the deals numbered `first` to `last` (inclusive) of `team` into the script."""
    for number in range(first, last + 1):
        OrdinaryDeal(script, number, team).tell()
