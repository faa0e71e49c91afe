"""All but signed, until a competitor enters in the last stage; lost within a month."""

from datetime import date

from domain.deal.needs import RecordNeed, SettleNeed
from domain.deal.negotiation import RejectOffer
from domain.deal.objections import AnswerObjection, RaiseObjection
from domain.deal.outcome import LoseDeal, RecordCauses
from domain.deal.outlook import AcceptLead, AnswerCriterion, NoteCompetitor, SetForecast
from domain.deal.retrospective import Action, HoldRetrospective, Lesson, Observation
from domain.values import Cause
from interfaces.demo.cast import AMERICAS
from interfaces.demo.script import Script, money
from interfaces.demo.stories.story import Story

KEY = "D-240"


def tell(script: Script) -> None:
    """Nobody had asked in five months who else was looked at."""
    deal = Story(script, KEY, AMERICAS, "james.okafor", account=2)
    _found(deal)
    _lost(deal)


def _found(deal: Story) -> None:
    deal.opened("2026-01-06T09:30", 1, 126_000, date(2026, 6, 12), "referral")
    deal.talked("2026-01-07T14:00", "call", "Six cameras for the sterile line", minutes=25)
    deal.met("2026-01-09T10:00", 0, ("user", "champion"), "advocate", 3)
    deal.on("2026-01-14T09:00", AcceptLead(level="sql"))
    deal.moved("2026-01-14T09:10", "qualification")
    deal.on("2026-01-15T10:00", AnswerCriterion(criterion="need", answer="confirmed"))
    defects = "Every defect must be found before sealing"
    deal.on("2026-01-15T10:05", RecordNeed(need="n-1", kind="need", text=defects, importance=5))
    deal.talked("2026-01-19T15:00", "call", "Fixed the parts for the test", 0, minutes=15)
    deal.met("2026-01-28T09:00", 2, ("technical-buyer",), "supporter", 4)
    deal.talked(
        "2026-01-29T13:00", "technical-exchange", "The engineer tested forty parts: forty of forty", 0, 2
    )
    deal.moved("2026-02-09T09:00", "meeting")
    deal.met("2026-02-10T11:00", 1, ("economic-buyer", "decision-maker"), "supporter", 5)
    deal.talked("2026-02-10T11:30", "meeting", "Wants it before the audit in September", 0, 1, minutes=60)
    deal.talked("2026-02-17T09:30", "call", "The budget is in this year's plan", 1, minutes=15)
    deal.on("2026-02-17T10:00", AnswerCriterion(criterion="budget", answer="confirmed"))
    deal.talked("2026-02-26T14:00", "demo", "Two shifts at the sterile line", 0, 2, minutes=90)
    deal.on("2026-03-06T10:00", SettleNeed(need="n-1", met="yes"))
    deal.talked("2026-03-06T10:05", "call", "Ready for an offer", 0, minutes=10)
    deal.moved("2026-03-09T09:00", "proposal")
    deal.offered("2026-03-12T10:00", "o-1", 126_000, 132_000, until=date(2026, 6, 30), payment="30 days")
    deal.talked("2026-03-17T10:00", "call", "Went through the offer line by line", 2, minutes=40)
    deal.talked("2026-03-26T15:00", "call", "Offer accepted by the engineer, with legal now", 2)
    deal.talked("2026-04-06T10:00", "email", "Terms for legal, as asked", 0, minutes=10)
    deal.talked("2026-04-16T10:00", "call", "Legal has two questions", 0, minutes=15)
    deal.talked("2026-04-27T10:00", "call", "Legal is content", 0, minutes=10)
    deal.moved("2026-05-04T09:00", "negotiation")
    deal.on("2026-05-04T09:05", SetForecast(category="commit"))
    deal.talked("2026-05-13T10:00", "call", "Contract ready on both sides", 1, minutes=10)


def _lost(deal: Story) -> None:
    deal.met("2026-05-21T15:50", 3, ("procurement",), "sceptic", 4)
    deal.talked(
        "2026-05-21T16:00", "call", "Purchasing has asked Kestrel too, as a matter of form", 3, inbound=True
    )
    deal.on("2026-05-21T16:10", NoteCompetitor(competitor="Kestrel Systems", standing="behind"))
    text = "Kestrel has the audit report built in"
    other = RaiseObjection(objection="b-1", topic="competitor", text=text)
    deal.on("2026-06-02T11:00", other)
    deal.on(
        "2026-06-02T11:05",
        NoteCompetitor(competitor="Kestrel Systems", standing="ahead", price=money(111_000, AMERICAS)),
    )
    deal.on("2026-06-08T09:00", AnswerObjection(objection="b-1", text="Ours comes in the autumn release"))
    deal.talked(
        "2026-06-09T14:00", "meeting", "The audit comes first; no time to wait for a release", 1, minutes=45
    )
    deal.on("2026-06-16T15:00", RejectOffer(offer="o-1", side="buyer", reason="competitor"))
    missing = Cause(reason="missing-feature", effect="blocked", note="The audit report")
    lost = LoseDeal(
        kind="competitor",
        competitor="Kestrel Systems",
        competitor_price=money(111_000, AMERICAS),
        causes=(Cause(reason="competitor", effect="blocked"), missing),
    )
    deal.on("2026-06-17T17:00", lost)
    manager = RecordCauses(told_by="manager", causes=(Cause(reason="competitor", note="We never asked"),))
    deal.on("2026-06-19T09:00", manager, by="maria.santos")
    deal.on("2026-06-25T15:00", _looked_back(), by="maria.santos")


def _looked_back() -> HoldRetrospective:
    return HoldRetrospective(
        retrospective="r-1",
        participants=("james.okafor", "maria.santos"),
        pushed=(Observation(text="The engineer's test: forty of forty", reason="product-fit"),),
        blocked=(
            Observation(text="Kestrel came in the last stage, and we had no answer", reason="competitor"),
        ),
        lessons=(Lesson(text="Ask in every talk who else is looked at", area="skill"),),
        actions=(
            Action(
                action="a-240-1",
                text="A page on Kestrel's audit report and ours",
                owner="tom.reyes",
                due=date(2026, 7, 15),
            ),
        ),
    )
