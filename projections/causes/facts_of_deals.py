"""The facts of closed deals that an autopsy looks at, out of the rows of many or the story of one."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import pairwise
from json import loads
from typing import NamedTuple

from sqlalchemy import select

from projections.causes.measures import UNITS, Measured, measured_stays, measures_of_deals
from projections.causes.measuring import Measure
from projections.causes.unusual import Fact, Facts
from projections.running.known import Known
from projections.states.definitions import Definitions

NO_FACTS = frozenset({"silence", "champions", "contacts-met", "objections", "counter-offers"})
"""Measures of which more is no trouble; silence is looked at stage by stage."""

SKIPPED = Fact("stages-skipped", "count")
FACTS: Mapping[str, Fact] = {
    **{name: Fact(name, unit) for name, unit in UNITS.items() if name not in NO_FACTS},
    SKIPPED.name: SKIPPED,
}

Outcome = tuple[bytes, int]
"""A deal and the version of its outcome."""


class Stop(NamedTuple):
    """Where a deal stayed: a stage of a revision of a pipeline; the event is known of one deal's own story."""

    pipeline: str
    revision: int
    stage: str | None
    entered: int = 0


def silence_in(stage: str | None) -> Fact:
    """The longest silence that ended in a stage."""
    return Fact("silence", "days", stage)


def facts_known(known: Known, definitions: Definitions, chosen: Collection[Outcome]) -> dict[Outcome, Facts]:
    """The facts of these outcomes."""
    found: dict[Outcome, dict[Fact, int]] = {}
    for outcome, values in values_known(known, definitions, chosen).items():
        found[outcome] = {fact: values[name] for name, fact in FACTS.items() if name in values}
    table = known.table(measured_stays)
    columns = (table.c.deal, table.c.version, table.c.stage, table.c.silence)
    for deal, version, stage, silence in known.connection.execute(
        select(*columns).where(table.c.silence.is_not(None))
    ).all():
        own = found.get((deal, version))
        if own is not None:
            fact = silence_in(stage)
            own[fact] = max(silence, own.get(fact, 0))
    return dict(found)


def values_known(
    known: Known, definitions: Definitions, chosen: Collection[Outcome]
) -> dict[Outcome, dict[str, int]]:
    """The measures of these outcomes by name, with how many stages were skipped; what one lacks is left out."""
    table = known.table(measures_of_deals)
    columns = [table.c[name.replace("-", "_")] for name in UNITS]
    skipped = cache(lambda path: len(skips([Stop(*each) for each in loads(path)], definitions)))
    found: dict[Outcome, dict[str, int]] = {}
    rows = known.connection.execute(select(table.c.deal, table.c.version, table.c.path, *columns)).all()
    for deal, version, path, *values in rows:
        if (deal, version) in chosen:
            measures = zip(UNITS, values, strict=True)
            own = {name: value for name, value in measures if value is not None}
            found[deal, version] = own | {SKIPPED.name: skipped(path)}
    return found


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


def facts_of_story(deal: Measured, definitions: Definitions) -> dict[Fact, Measure]:
    """The facts of one deal with the events that show each."""
    facts = {fact: deal.measures[name] for name, fact in FACTS.items() if name in deal.measures}
    stops = [
        Stop(stay.place.pipeline, stay.place.revision, stay.place.stage, stay.entered) for stay in deal.stays
    ]
    skipped = skips(stops, definitions)
    facts[SKIPPED] = Measure(len(skipped), tuple(dict.fromkeys(skipped)))
    for stay in deal.stays:
        if stay.silence is None:
            continue
        fact = silence_in(stay.place.stage)
        before = facts.get(fact)
        if before is None or stay.silence.value > before.value:
            facts[fact] = stay.silence
    return facts
