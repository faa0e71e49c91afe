"""Lost, and declared as price; the events show that the champion left, and thirteen days of silence after it."""

from datetime import date

from domain.deal.life import ReviseAmount
from domain.deal.needs import RecordNeed, SettleNeed
from domain.deal.negotiation import RejectOffer
from domain.deal.outcome import LoseDeal, RecordCauses
from domain.deal.outlook import AcceptLead, AnswerCriterion, NoteCompetitor, PauseDeal, ResumeDeal
from domain.deal.people import RemoveContact
from domain.deal.retrospective import Action, FinishAction, HoldRetrospective, Lesson, Observation
from domain.deal.touchpoints import PlanTouchpoint
from domain.values import Cause
from interfaces.demo.cast import AMERICAS
from interfaces.demo.script import Script, money
from interfaces.demo.stories.story import Story

KEY = "D-233"


def tell(script: Script) -> None:
    """A shipyard wants a robot; the planner who wanted it goes, and nobody of ours notices in time."""
    deal = Story(script, KEY, AMERICAS, "anna.berg", account=6)
    _found(deal)
    _offered(deal)
    _lost(deal)


def _found(deal: Story) -> None:
    deal.opened("2025-11-03T10:15", 0, 184_000, date(2026, 3, 31))
    deal.talked(
        "2025-11-05T14:00", "call", "The planner saw us at the fair; wants fewer idle shifts", minutes=20
    )
    deal.met("2025-11-06T09:10", 0, ("user",), "supporter")
    deal.on("2025-11-11T16:00", AcceptLead(level="sql"))
    deal.moved("2025-11-12T14:00", "qualification")
    deal.on("2025-11-12T14:05", AnswerCriterion(criterion="need", answer="confirmed"))
    idle = "Two cranes stand idle on the night shift"
    deal.on("2025-11-14T11:00", RecordNeed(need="n-1", kind="pain", text=idle, importance=5))
    deal.talked("2025-11-14T11:05", "call", "Went through last year's idle hours", 0)
    deal.talked("2025-11-24T15:30", "email", "Sent two references from shipyards", 0, minutes=10)
    deal.seen("2025-11-25T09:00", 0, ("user", "champion"), "advocate", 4)
    deal.moved("2025-12-01T11:30", "meeting", 7)
    deal.next("2025-12-02T09:00", "Site visit with the yard's planner", date(2025, 12, 11))
    visit = deal.instant("2025-12-11T10:00")
    calloway = deal.buyers[0].id
    plan = PlanTouchpoint(touchpoint="v-1", kind="visit", planned_for=visit, contacts=(calloway,))
    deal.on("2025-12-03T10:00", plan)
    deal.talked("2025-12-11T10:00", "visit", "Walked both docks with the planner", 0, minutes=150, name="v-1")
    deal.next("2025-12-11T13:00", "Figures for the board", date(2025, 12, 31))
    deal.talked("2025-12-19T10:20", "call", "The planner takes our figures to the board", 0)
    deal.talked("2025-12-30T11:00", "email", "Figures for the board, as asked", 0, minutes=10)
    deal.next("2025-12-30T11:10", "Meet the vice president", date(2026, 1, 9))
    deal.met("2026-01-08T10:00", 1, ("economic-buyer", "decision-maker"), "neutral", 5)
    deal.talked(
        "2026-01-08T10:30",
        "meeting",
        "The vice president listened; the planner spoke for us",
        0,
        1,
        minutes=60,
    )
    deal.on(
        "2026-01-08T12:00",
        SettleNeed(need="n-1", met="yes", note="Six hours a night less, by their own figures"),
    )
    deal.next("2026-01-08T12:05", "Send the offer", date(2026, 1, 16))


def _offered(deal: Story) -> None:
    deal.moved("2026-01-14T16:20", "proposal")
    deal.offered("2026-01-15T11:00", "o-1", 184_000, 196_000, until=date(2026, 2, 27), payment="30 days")
    deal.next("2026-01-15T11:05", "Hear what the board says", date(2026, 1, 30))
    less = ReviseAmount(amount=money(168_500, AMERICAS), note="One robot less")
    deal.talked("2026-01-20T09:40", "call", "One robot less would do for the start", 0, inbound=True)
    deal.on("2026-01-20T10:00", less)
    deal.offered("2026-01-21T15:10", "o-2", 168_500, 179_000, until=date(2026, 5, 29), payment="30 days")
    deal.talked("2026-01-30T14:00", "call", "The price is fine, their year closes first", 0)
    deal.next("2026-01-30T14:10", "Order, when their new year has begun", date(2026, 5, 29))
    deal.talked("2026-02-06T14:00", "call", "Wait for the new budget, then go", 0, inbound=True)
    deal.on("2026-02-09T09:40", PauseDeal(reason="no-budget", note="Their year closes in February"))
    deal.on("2026-03-09T09:10", ResumeDeal(note="Budget released"))
    deal.talked("2026-03-10T10:00", "call", "Budget is there; the planner prepares the order", 0)
    deal.pushed("2026-03-20T15:00", date(2026, 5, 29), "timing")
    deal.talked("2026-03-20T15:10", "meeting", "Order planned for the end of May", 0)
    deal.talked("2026-03-31T09:30", "call", "The planner has little time", 0, minutes=10)
    gone = RemoveContact(contact=deal.buyers[0].id, reason="left-company", note="Nobody told us who follows")
    deal.on("2026-04-02T11:00", gone, told="2026-04-21T08:30")
    deal.talked("2026-04-08T10:00", "email", "Drawings for the order; no answer", minutes=5)
    deal.talked("2026-04-14T09:30", "email", "Asked again; no answer", minutes=5)


def _lost(deal: Story) -> None:
    """Thirteen days without a word, and then somebody else is at the table."""
    deal.talked(
        "2026-04-27T09:30",
        "call",
        "The engineer has had a robot of Polaris on trial for a week",
        inbound=True,
    )
    deal.on("2026-04-27T13:00", NoteCompetitor(competitor="Polaris Automation", standing="ahead"))
    deal.talked("2026-05-04T15:00", "call", "The vice president will decide next week", 1, minutes=10)
    deal.on("2026-05-11T16:00", RejectOffer(offer="o-2", side="buyer", reason="competitor"))
    price = Cause(reason="price", effect="blocked", note="They said 12 % below us")
    lost = LoseDeal(kind="competitor", competitor="Polaris Automation", causes=(price,))
    deal.on("2026-05-12T17:30", lost)
    champion = Cause(reason="champion-left", effect="blocked")
    silent = Cause(reason="no-follow-up", effect="blocked", note="We heard nothing from you in April")
    told = RecordCauses(told_by="buyer", causes=(champion, silent), confidence=0.8)
    deal.on("2026-05-28T10:00", told, by="maria.santos")
    deal.on("2026-06-04T15:00", _looked_back(), by="maria.santos")
    deal.on("2026-06-18T09:00", FinishAction(action="a-233-1", note="In the form since today"))


def _looked_back() -> HoldRetrospective:
    return HoldRetrospective(
        retrospective="r-1",
        participants=("anna.berg", "maria.santos", "tom.reyes"),
        pushed=(Observation(text="The planner carried us to the board", reason="relationship"),),
        blocked=(
            Observation(text="One contact only, and he left", reason="champion-left"),
            Observation(text="Two mails without an answer, and we waited", reason="no-follow-up"),
        ),
        lessons=(
            Lesson(text="Two people of the buyer before the first offer", area="strategy"),
            Lesson(text="A mail without an answer is followed by a call within two days", area="process"),
        ),
        actions=(
            Action(
                action="a-233-1",
                text="Ask for a second contact in the qualification form",
                owner="maria.santos",
                due=date(2026, 6, 19),
            ),
            Action(
                action="a-233-2",
                text="Call every open deal with a single contact",
                owner="anna.berg",
                due=date(2026, 6, 26),
            ),
        ),
    )
