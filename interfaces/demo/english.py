"""What people write into the demo, in English."""

from collections.abc import Mapping

ENGLISH: Mapping[str, tuple[str, ...]] = {
    "first-call": (
        "Introduced us and asked how they work today",
        "Short call: who decides, and by when",
        "Sent our references and a date for a talk",
    ),
    "talk": (
        "Went through their process step by step",
        "Talked about volumes and peak season",
        "Checked the floor plan together",
        "Talked about who has to agree",
        "Asked what they would stop doing first",
    ),
    "demo": (
        "Showed it on their own parts",
        "Two shifts watched; the night shift asked most",
        "It ran for an hour without a stop",
    ),
    "follow-up": (
        "Called to hear what the board said",
        "Asked for the missing figures",
        "Went through the offer line by line",
        "Reminded them of the deadline for this year",
    ),
    "agenda": ("Walk through the line", "Meet the people who would use it", "Demonstration on site"),
    "need": (
        "Fewer picking errors on the night shift",
        "One person less per shift from next year",
        "Parts traceable back to the batch",
        "No standstill during the change-over",
        "A report that the auditor accepts",
    ),
    "pain": (
        "Returns have doubled since spring",
        "Two machines stand idle for want of staff",
        "The old system is no longer maintained",
    ),
    "question": (
        "Does it fit the existing conveyor?",
        "Who answers at night when it stops?",
        "Can we start with one line?",
        "What does a spare part cost, and how long does it take?",
    ),
    "reply": (
        "Yes, with an adapter; drawing sent",
        "Our hotline, at any hour; within four hours on site",
        "Yes, the second line follows at the same price",
        "List sent, with stock and delivery times",
    ),
    "task": (
        "Send the drawings",
        "Get two references from the same industry",
        "Work out the savings per shift",
        "Check the floor load with the engineer",
        "Prepare the contract draft",
    ),
    "next-step": (
        "Demo on site",
        "Call after their board meeting",
        "Send the revised offer",
        "Meet the plant engineer",
        "Agree on the acceptance test",
    ),
    "price": ("It is above our budget", "Another offer is 10 % lower"),
    "delivery": ("Twelve weeks are too long for us",),
    "product": ("It does not read our labels", "We need a wider arm"),
    "trust": ("We have never bought from you",),
    "timing": ("Not before our year is closed",),
    "answer": (
        "Savings per shift worked out: it pays back in 19 months",
        "We can lend them a unit until then",
        "Visit arranged at a customer with the same labels",
    ),
    "solution": (
        "One line first, the second half a year later",
        "Two units with a shared spare",
        "Rental for a year, then purchase",
    ),
    "note": (
        "Asked for a delivery plan",
        "The plant will be extended next year",
        "Prefers mail to calls",
        "Their auditor comes in autumn",
    ),
    "amount": ("Other quantities",),
    "feedback": (
        "Quick answers, clear offer",
        "The demo convinced the night shift",
        "Waited too long for the drawings",
    ),
    "before-payment": ("30 days",),
    "after-payment": ("60 days", "three instalments"),
    "before-delivery": ("12 weeks",),
    "after-delivery": ("8 weeks",),
    "return": ("signature by the end of the month", "a reference visit", "an order for the second line"),
    "pushed": (
        "The user was with us from the first day",
        "We knew the payback before they asked",
        "Answers came within a day",
    ),
    "blocked": (
        "Nobody spoke with the person who pays",
        "Two weeks without a call before the decision",
        "The offer came before the need was clear",
        "The competitor was there first",
    ),
    "lesson": (
        "Meet whoever pays before the first offer",
        "Book the next talk before leaving",
        "Say what it saves before what it costs",
        "Ask in every talk who else is looked at",
    ),
    "action": (
        "Add the payback sheet to every offer",
        "Weekly look at deals without a next step",
        "Train the demo on the customer's own parts",
        "Ask for a second contact in the first meeting",
    ),
}
