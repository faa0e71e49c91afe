"""The ways of deals through the stages, up to an instant: what the figures about stages are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.deals import Deals
from projections.as_of import states_on
from projections.cases import cases_on
from projections.courses import Place, pipelines_of, won_places
from projections.definitions import Definitions, definitions_on
from projections.dimensions import Case
from projections.known import as_known
from projections.outcomes import Outcomes
from projections.question import Question
from projections.stage_order import StageOrder, stage_order
from projections.stage_visits import StageVisits
from projections.stays import Pause, Stay, pauses_on, stays_on
from projections.views import Views


@dataclass(frozen=True, slots=True)
class Ways:
    """Deals with their visits, pauses and pipelines; `undated` are left out because their opening is.

    `orders` are the pipelines that are asked about, by name.
    """

    cases: Sequence[Case]
    undated: int
    stays: Mapping[bytes, Sequence[Stay]]
    pauses: Mapping[bytes, Sequence[Pause]]
    won_in: Mapping[bytes, Place]
    definitions: Definitions
    orders: Mapping[str, StageOrder]

    def pipelines(self, case: Case) -> set[str]:
        """The pipelines that a deal was in."""
        return pipelines_of(case, self.stays.get(case.deal, ()), self.won_in.get(case.deal))


def ways_of(views: Views, deals: Deals, question: Question) -> Ways:
    """The ways of the deals that a question is about.

    A filter by pipeline means that pipeline and every deal that was in it, wherever the deal is now: those that
    went on to another one are part of what became of it.
    """
    asked, only = question.asked, question.filters.pipeline
    with as_known(views, deals, (Outcomes(), StageVisits()), asked.known_at) as known:
        cases, _ = cases_on(known, views, asked, replace(question.filters, pipeline=None), question.by)
        undated = known.live.scalar(states_on(views, known.live).undated(asked, question.filters)) or 0
        ways = Ways(
            cases=cases,
            undated=undated,
            stays=stays_on(known, asked),
            pauses=pauses_on(known, asked),
            won_in=won_places(known, asked),
            definitions=definitions_on(views, known.live, asked),
            orders={},
        )
    here = [case for case in cases if only is None or only in ways.pipelines(case)]
    names = {name for case in here for name in ways.pipelines(case)} if only is None else {only}
    orders = {name: stage_order(ways.definitions, name) for name in sorted(names)}
    return replace(ways, cases=here, orders=orders)
