"""The facts of closed deals that an autopsy looks at, out of the rows of many or the story of one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select

from projections.asked import Asked
from projections.definitions import Definitions
from projections.known import Known
from projections.measured_silence import Stay
from projections.measures import UNITS, Measured, measured_stays, measures_of_deals
from projections.measuring import Measure
from projections.outcomes import outcomes
from projections.unusual import Fact, Facts

NO_FACTS = frozenset({"silence", "champions", "contacts-met", "objections", "counter-offers"})
"""Measures of which more is no trouble; silence is looked at stage by stage."""

FACTS: Mapping[str, Fact] = {name: Fact(name, unit) for name, unit in UNITS.items() if name not in NO_FACTS}
SKIPPED = Fact("stages-skipped", "count")

Outcome = tuple[bytes, int]
"""A deal and the version of its outcome."""


class Stop(NamedTuple):
    """Where a deal stayed: a stage of a revision of a pipeline; the event is known of one deal's own story."""

    pipeline: str
    revision: int
    stage: str | None
    silence: int | None
    entered: int = 0


def silence_in(stage: str | None) -> Fact:
    """The longest silence that ended in a stage."""
    return Fact("silence", "days", stage)


def facts_known(
    known: Known, asked: Asked, definitions: Definitions, chosen: Collection[Outcome]
) -> dict[Outcome, Facts]:
    """The facts of these outcomes, of those that stand at the instant."""
    found: dict[Outcome, dict[Fact, int]] = {each: {} for each in chosen}
    measures, closed = known.table(measures_of_deals), known.table(outcomes)
    columns = [measures.c[name.replace("-", "_")] for name in FACTS]
    facts = list(FACTS.values())
    stands = (
        closed.c.deal == measures.c.deal,
        closed.c.version == measures.c.version,
        closed.c.read_at <= asked.as_of_micros,
        closed.c.until > asked.as_of_micros,
    )
    for deal, version, *values in known.connection.execute(
        select(measures.c.deal, measures.c.version, *columns).where(*stands)
    ):
        own = found.get((deal, version))
        if own is not None:
            own.update((fact, value) for fact, value in zip(facts, values, strict=True) if value is not None)
    for outcome, stops in stops_known(known, chosen).items():
        found[outcome].update(facts_of_stops(stops, definitions))
    return dict(found)


def stops_known(known: Known, chosen: Collection[Outcome]) -> dict[Outcome, list[Stop]]:
    """Where the deals of these outcomes stayed, in order."""
    table = known.table(measured_stays)
    stops: dict[Outcome, list[Stop]] = defaultdict(list)
    columns = (
        table.c.deal,
        table.c.version,
        table.c.pipeline,
        table.c.revision,
        table.c.stage,
        table.c.silence,
    )
    rows = known.connection.execute(select(*columns).order_by(table.c.deal, table.c.version, table.c.nth))
    for deal, version, *stop in rows:
        if (deal, version) in chosen:
            stops[deal, version].append(Stop(*stop))
    return stops


def facts_of_stops(stops: Sequence[Stop], definitions: Definitions) -> Facts:
    """The longest silence of each stage, and how many stages were passed over on the way."""
    facts: dict[Fact, int] = {SKIPPED: len(skips(stops, definitions))}
    for stop in stops:
        if stop.silence is not None:
            fact = silence_in(stop.stage)
            facts[fact] = max(stop.silence, facts.get(fact, 0))
    return facts


def skips(stops: Sequence[Stop], definitions: Definitions) -> list[int]:
    """For each stage that was passed over, the event that did it; stages by the order in the move's own revision."""
    skipped: list[int] = []
    for before, after in pairwise(stops):
        if before.pipeline != after.pipeline:
            continue
        places = [
            None if each is None else definitions.stages.get((after.pipeline, after.revision, each))
            for each in (before.stage, after.stage)
        ]
        if places[0] is not None and places[1] is not None:
            skipped.extend([after.entered] * max(0, places[1].place - places[0].place - 1))
    return skipped


def stops_of(stays: Iterable[Stay]) -> list[Stop]:
    """Where a deal stayed, by its own story."""
    return [
        Stop(
            stay.place.pipeline,
            stay.place.revision,
            stay.place.stage,
            None if stay.silence is None else stay.silence.value,
            stay.entered,
        )
        for stay in stays
    ]


def facts_of_story(deal: Measured, definitions: Definitions) -> dict[Fact, Measure]:
    """The facts of one deal with the events that show each."""
    facts = {fact: deal.measures[name] for name, fact in FACTS.items() if name in deal.measures}
    skipped = skips(stops_of(deal.stays), definitions)
    facts[SKIPPED] = Measure(len(skipped), tuple(dict.fromkeys(skipped)))
    for stay in deal.stays:
        if stay.silence is None:
            continue
        fact = silence_in(stay.place.stage)
        before = facts.get(fact)
        if before is None or stay.silence.value > before.value:
            facts[fact] = stay.silence
    return facts
