"""Random histories in which everything happens that any read model reads, with texts that databases sort unlike."""

from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import strategies as st

from engine.deals import Deals
from tests.projections import (
    bargaining_histories,
    causing_histories,
    closing_histories,
    following_histories,
    histories,
    stage_histories,
    touching_histories,
)
from tests.projections.closing_histories import QUARTER_DAYS, Fact, History, instant

NAMES = st.sampled_from(
    [
        "A deal",
        "a Deal",
        "Ärger",
        "ärger 2",
        "東方 Pumps",
        "50%_off\\",
        "_x",
        "Zoë",
        "nul \0 inside",
        "e\u0301t",
    ]
)
"""Titles, accounts and keys; PostgreSQL can hold all but the nul, and no two collations sort them alike."""

SUBJECTS: dict[str, st.SearchStrategy[History]] = {
    "bargaining": bargaining_histories.bargaining_histories(deals=5),
    "causes": causing_histories.histories(sorted(causing_histories.ALL), deals=5),
    "closing": closing_histories.histories(deals=5),
    "following": following_histories.histories(sorted(following_histories.ALL), deals=4),
    "stages": stage_histories.told(("DealStageChanged", "DealWon"), deals=5).map(lambda told: told.history),
    "touching": touching_histories.histories(
        touching_histories.kinds_of(touching_histories.OTHERS, touching_histories.TOUCHING), deals=5
    ),
}


@dataclass(frozen=True)
class Everything:
    """Facts of several subjects, and a history told in the other form."""

    facts: History
    told: tuple[histories.Told, ...]

    def recorded_in(self, deals: Deals, clock: list[datetime]) -> None:
        """Record all of it in an empty store, whose `clock` is set to when each fact was recorded."""
        clock[0] = instant(QUARTER_DAYS)
        touching_histories.define_pipeline(deals)
        closing_histories.record(deals, self.facts, clock)
        for told in self.told:
            deals.record([histories.as_recorded(told)])


@st.composite
def everything(draw: st.DrawFn) -> Everything:
    """Two subjects at a time: all of them would be more than hypothesis can draw and shrink."""
    chosen = draw(st.lists(st.sampled_from(sorted(SUBJECTS)), min_size=2, max_size=2, unique=True))
    facts: list[Fact] = []
    for subject in chosen:
        facts += [_named(draw, subject, fact) for fact in draw(SUBJECTS[subject]).facts]
    told = draw(histories.deals_of(0)) if draw(st.booleans()) else []
    return Everything(History(tuple(facts)), tuple(told))


def _named(draw: st.DrawFn, subject: str, fact: Fact) -> Fact:
    """The same fact of a deal of this subject alone; an opening says how the deal is called."""
    mine = replace(fact, deal=f"{subject} {fact.deal}")
    if fact.kind != "DealOpened":
        return mine
    external = {"source": draw(st.sampled_from(["crm", "Crm", "erp"])), "key": f"{mine.deal}{draw(NAMES)}"}
    named = {"title": draw(NAMES), "account_name": draw(st.none() | NAMES), "external": external}
    return replace(mine, data={**fact.data, **named})
