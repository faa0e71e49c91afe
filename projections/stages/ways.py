"""The ways of deals through the stages, up to an instant: what the figures about stages are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.deals import Deals
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case
from projections.asking.question import Question
from projections.closings.outcomes import Outcomes
from projections.running.known import as_known
from projections.running.views import Views
from projections.stages.courses import Place, won_places
from projections.stages.stage_order import StageOrder, stage_order
from projections.stages.stage_visits import StageVisits
from projections.stages.stays import Pause, Stays, pauses_on, stays_on
from projections.states.as_of import states_on
from projections.states.definitions import definitions_on


@dataclass(frozen=True, slots=True)
class Ways:
    """Deals with their visits, their pauses and where they were won.

    `pipelines` are those that each was in: where it is, wherever it was in a stage, where it was won.
    `undated` deals are left out because their opening is; `orders` are the pipelines that are asked about.
    """

    cases: Sequence[Case]
    undated: int
    stays: Stays
    pauses: Mapping[bytes, Sequence[Pause]]
    won_in: Mapping[bytes, Place]
    pipelines: Mapping[bytes, frozenset[str]]
    orders: Mapping[str, StageOrder]


def ways_of(views: Views, deals: Deals, question: Question) -> Ways:
    """The ways of the deals that a question is about.

    A filter by pipeline means that pipeline and every deal that was in it, wherever the deal is now: those that
    went on to another one are part of what became of it.
    """
    asked, only = question.asked, question.filters.pipeline
    with as_known(views, deals, (Outcomes(), StageVisits()), asked.known_at) as known:
        cases, _ = cases_on(known, views, asked, replace(question.filters, pipeline=None), question.by)
        undated = (
            known.connection.scalar(states_on(views, known.connection).undated(asked, question.filters)) or 0
        )
        stays, pauses = stays_on(known, asked), pauses_on(known, asked)
        won_in = won_places(known, asked)
        definitions = definitions_on(views, known.connection, asked)
    pipelines = {
        case.deal: frozenset({case.pipeline, *won_in.get(case.deal, ())[:1], *stays.pipelines(case.deal)})
        for case in cases
    }
    names = set().union(*pipelines.values()) if only is None else {only}
    return Ways(
        cases=[case for case in cases if only is None or only in pipelines[case.deal]],
        undated=undated,
        stays=stays,
        pauses=pauses,
        won_in=won_in,
        pipelines=pipelines,
        orders={name: stage_order(definitions, name) for name in sorted(names)},
    )
