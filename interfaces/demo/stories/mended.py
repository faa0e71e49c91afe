"""What was entered wrongly and put right: a correction, a retraction, a duplicate."""

from datetime import date

from domain.deal.corrections import CorrectEvent, Replacement, RetractEvent
from domain.deal.life import ReviseAmount
from domain.deal.outcome import DiscardDeal
from interfaces.demo.cast import AMERICAS, EAST
from interfaces.demo.script import Script, money
from interfaces.demo.stories.story import Story

CORRECTED, RETRACTED, DISCARDED = "D-236", "D-237", "D-238"


def tell(script: Script) -> None:
    """Three deals that show what the log does with a mistake."""
    _corrected(script)
    _retracted(script)
    _discarded(script)


def _corrected(script: Script) -> None:
    """An amount with one zero too many stood in the pipeline for seven weeks."""
    deal = Story(script, CORRECTED, EAST, "zhao.ming", account=5)
    deal.opened("2026-02-10T09:45", 2, 260_000, date(2026, 8, 31))
    deal.moved("2026-03-03T10:00", "qualification")
    deal.on("2026-03-17T14:30", ReviseAmount(amount=money(3_100_000, EAST)))
    deal.moved("2026-04-08T11:20", "meeting")
    replacement = Replacement(data={"amount": {"amount": "310000.00", "currency": "CNY"}})
    fix = CorrectEvent(corrects=3, replacement=replacement, reason="other", note="多打了一个零")
    deal.on("2026-05-07T09:05", fix, by="chen.jing")
    deal.talked("2026-06-16T14:00", "call", "等总部批复", minutes=15)


def _retracted(script: Script) -> None:
    """A step forward that belonged to another deal."""
    deal = Story(script, RETRACTED, AMERICAS, "james.okafor", account=4)
    deal.opened("2026-03-16T11:00", 2, 42_000, date(2026, 9, 15))
    deal.moved("2026-04-06T10:00", "qualification")
    deal.moved("2026-04-20T15:30", "proposal")
    taken_back = RetractEvent(retracts=3, reason="other", note="That was Silverline's proposal")
    deal.on("2026-04-23T09:15", taken_back)
    deal.moved("2026-05-18T13:00", "meeting")
    deal.talked("2026-06-22T15:00", "meeting", "Agreed on the scope of a first depot", minutes=45)


def _discarded(script: Script) -> None:
    """The same enquiry, entered twice."""
    deal = Story(script, DISCARDED, AMERICAS, "lucy.tran", account=4)
    deal.opened("2026-03-17T09:00", 2, 42_000, date(2026, 9, 15))
    deal.on("2026-03-19T10:10", DiscardDeal(reason="duplicate", note="James has it as D-237"))
