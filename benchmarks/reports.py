"""Every report, inside the process: of all deals, as of a past day, in groups, of a quarter."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from benchmarks.figures import Figure, seconds
from benchmarks.stories import SOURCE
from engine.deals import Deals
from engine.ids import deal_id
from projections.asking.asked import Asked
from projections.asking.question import Question
from projections.causes.autopsy import autopsy
from projections.causes.causes import causes
from projections.causes.retrospectives_report import retrospectives_of
from projections.closings.winloss import winloss
from projections.followups.followups_report import followups
from projections.negotiation.discounts import discounts
from projections.running.views import Views
from projections.stages.funnel import funnel
from projections.stages.slips import slips
from projections.stages.stage_times import stage_times
from projections.stages.velocity import velocity
from projections.touchpoints.scorecard import scorecard

Report = Callable[[Views, Deals, Question], object]

REPORTS: dict[str, Report] = {
    "winloss": winloss,
    "funnel": funnel,
    "stages": stage_times,
    "velocity": velocity,
    "slips": slips,
    "discounts": discounts,
    "scorecard": scorecard,
    "followups": followups,
    "causes": causes,
    "retrospectives": retrospectives_of,
}

MIDDLE = datetime(2025, 6, 1, tzinfo=UTC)
QUARTER = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)
QUESTIONS = (
    Question(),
    Question(asked=Asked(as_of=MIDDLE)),
    Question(by=("owner",)),
    Question(start=QUARTER[0], end=QUARTER[1]),
)
"""Each report is asked all of these; the slowest is what must be fast enough."""

LIMIT = "reading rows and adding them up in Python; SQLite takes a third of the time."
LOST = 41
"""Deals that are laid open, one after the other."""


def figures(views: Views, deals: Deals) -> Iterator[Figure]:
    """A row a report."""
    for name, report in REPORTS.items():
        yield _figure(f"`report {name}`", [_asked(report, views, deals, each) for each in QUESTIONS])
    yield _figure("`deal autopsy`", [_laid_open(views, deals)] * 3)


def _asked(report: Report, views: Views, deals: Deals, question: Question) -> Callable[[], Any]:
    return lambda: report(views, deals, question)


def _laid_open(views: Views, deals: Deals) -> Callable[[], object]:
    closed = next(
        stream
        for stream in (deal_id(SOURCE, f"D-{number}") for number in range(LOST))
        if deals.deal(stream).outcome.standing == "lost"
    )
    return lambda: autopsy(views, deals, closed, Asked())


def _figure(path: str, asks: list[Callable[[], object]]) -> Figure:
    asks[0]()  # reads the pages of the database and builds the validators: not counted
    return Figure(path=path, values=[seconds(ask) for ask in asks], unit="s", floor=1, goal=1, limit=LIMIT)
