"""Why a deal may have ended as it did: what its events show, beside the same measures of won deals."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.deal.outcome import DealDiscarded, DealLost, DealMerged, DealReopened, DealWon
from domain.deal.reading import Standing, standing
from domain.errors import BadInput, NotFound
from engine.deals import Deals
from projections.asking.asked import Asked, Filters
from projections.asking.cases import cases_on
from projections.asking.dimensions import Case
from projections.causes.autopsy_answer import AutopsyAnswer, Peers
from projections.causes.autopsy_told import Beside, Examined, answer_of
from projections.causes.declared_causes import declared_of
from projections.causes.facts_of_deals import facts_known, facts_of_story
from projections.causes.measures import Measures, measured
from projections.causes.measuring import Measure
from projections.causes.unusual import STATED, Fact, Facts, compared
from projections.closings.outcomes import Outcomes
from projections.running.known import as_known
from projections.running.views import Views
from projections.states.definitions import definitions_on

ENOUGH = round(1 / STATED) - 1
"""So many won deals it takes until one deal among them can be beyond what 95 % show."""


def autopsy(
    views: Views,
    deals: Deals,
    deal: UUID,
    asked: Asked,
    *,
    same: Sequence[str] | None = None,
    zone: ZoneInfo | None = None,
) -> AutopsyAnswer:
    """What the events of a deal show that is won or lost at the instant, as they are known.

    It is compared with the won deals of its pipeline that have the same values of the segments `same`. None:
    of all its segments, or of none where that leaves too few. NotFound if the deal is not opened by then,
    BadInput if it is not closed or lacks one of the segments.
    """
    told = _told(deals, deal, asked)
    lines = told[: _closing(told) + 1]
    own = measured(lines)
    with as_known(views, deals, (Outcomes(), Measures()), asked.known_at) as known:
        definitions = definitions_on(views, known.connection, asked)
        cases, _ = cases_on(known, views, asked, Filters(), ())
        case = next((each for each in cases if each.deal == deal.bytes), None)
        if case is None:
            raise NotFound(f"The deal {deal} counts nowhere at that instant: it was merged or discarded.")
        group, peers = _peers(case, cases, same)
        chosen = {(each.deal, each.closing.version) for each in group if each.closing is not None}
        others = facts_known(known, definitions, chosen)
    facts = facts_of_story(own, definitions)
    beside = _beside(facts, list(others.values()))
    examined = Examined(case, own, lines, told, peers, facts, beside, declared_of(own.closing, told))
    return answer_of(examined, deals, asked, zone or deals.zone)


def _told(deals: Deals, deal: UUID, asked: Asked) -> list[Standing]:
    lines = standing(deals.story(deal), asked.known_at)
    told = [line for line in lines if asked.as_of is None or line.at <= asked.as_of]
    if not told:
        raise NotFound(
            f"There is no deal {deal} at that instant. `dealtrail deal list` shows those there are."
        )
    return told


def _closing(told: Sequence[Standing]) -> int:
    """The place of the outcome that stands."""
    for place in range(len(told) - 1, -1, -1):
        match told[place].recorded.event:
            case DealWon() | DealLost():
                return place
            case DealReopened() | DealMerged() | DealDiscarded():
                break
            case _:
                pass
    raise BadInput(
        "The deal is not closed at that instant. An autopsy looks at deals that were won or lost; "
        "try --as-of with a date on which it was, or `dealtrail deal show`."
    )


def _peers(case: Case, cases: Iterable[Case], same: Sequence[str] | None) -> tuple[list[Case], Peers]:
    won = [
        each
        for each in cases
        if each.outcome == "won" and each.pipeline == case.pipeline and each.deal != case.deal
    ]
    for name in same or ():
        if name not in case.segments:
            there = ", ".join(sorted(case.segments)) or "none"
            raise BadInput(f"The deal has no segment {name!r} to compare by. It has: {there}.")
    wanted = sorted(case.segments if same is None else same)
    alike = [each for each in won if all(each.segments.get(name) == case.segments[name] for name in wanted)]
    left_out: tuple[str, ...] = ()
    if same is None and len(alike) < ENOUGH and wanted:
        alike, left_out, wanted = won, tuple(wanted), []
    peers = Peers(
        pipeline=case.pipeline,
        segments={name: case.segments[name] for name in wanted},
        left_out=left_out,
        deals=len(alike),
        enough=len(alike) >= ENOUGH,
    )
    return alike, peers


def _beside(facts: Mapping[Fact, Measure], others: Sequence[Facts]) -> Beside:
    """The facts by how odd they are, those under the floor last."""
    own = {fact: measure.value for fact, measure in facts.items()}
    found = compared(own, others)
    order = sorted(
        own, key=lambda fact: (found[fact].too_few, -found[fact].oddity, fact.name, fact.stage or "")
    )
    return {fact: (own[fact], found[fact]) for fact in order}
