"""Who says what of why deals ended: the closing itself, people, a rule, and the events, beside each other."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from sqlalchemy import select

from projections.asking.asked import Asked
from projections.asking.dimensions import Case
from projections.causes.declared_causes import CLOSING
from projections.causes.factors import Values
from projections.causes.facts_of_deals import Outcome
from projections.causes.measures import measured_reasons
from projections.closings.outcomes import outcome_causes
from projections.running.known import Known

EVENTS = "events"
"""The events' name among the tellers."""

TELLERS = (CLOSING, "rep", "manager", "buyer", "analyst", "rule", EVENTS)
"""Everybody who may say why, in the order in which they are shown."""

LONG: Mapping[str, tuple[str, ...]] = {
    "no-follow-up": ("silence",),
    "slow-response": ("question-answer", "objection-answer", "counter-offer-answer", "first-response"),
}
"""The reasons that the events speak for if one of these is longer than in 95 % of the won deals of the pipeline."""

TIMED = tuple(name for names in LONG.values() for name in names)
BEYOND = 0.95
WON_DEALS = 19
"""So many won deals it takes to say what 95 % of them show."""

Said = Mapping[str, frozenset[str]]
"""The reasons that each teller names of one outcome; who says nothing is left out."""


def outcome_of(case: Case) -> Outcome:
    """The deal and the version of its outcome; of a closed deal only."""
    if case.closing is None:
        raise ValueError("an open deal has no outcome")
    return case.deal, case.closing.version


def said_of(
    known: Known, asked: Asked, cases: Sequence[Case], measured: Mapping[Outcome, Values]
) -> dict[Outcome, Said]:
    """What is said of each closed deal at the instant. The events speak of lost deals only.

    `measured` are the measures of all closed deals that are asked about, also of those outside the period.
    """
    table = known.table(outcome_causes)
    stands = table.c.read_at <= asked.as_of_micros, table.c.until > asked.as_of_micros
    said: dict[Outcome, dict[str, set[str]]] = {outcome_of(case): defaultdict(set) for case in cases}
    columns = (table.c.deal, table.c.outcome, table.c.told_by, table.c.reason)
    for deal, version, teller, reason in known.connection.execute(select(*columns).where(*stands)).all():
        if (deal, version) in said:
            said[deal, version][teller or CLOSING].add(reason)
    lost = {outcome_of(case) for case in cases if case.outcome == "lost"}
    reasons = known.table(measured_reasons)
    for deal, version, reason in known.connection.execute(select(reasons)).all():
        if (deal, version) in lost:
            said[deal, version][EVENTS].add(reason)
    for outcome, reason in _too_long(cases, measured):
        said[outcome][EVENTS].add(reason)
    return {
        outcome: {teller: frozenset(each) for teller, each in told.items()} for outcome, told in said.items()
    }


def _too_long(cases: Sequence[Case], measured: Mapping[Outcome, Values]) -> Iterable[tuple[Outcome, str]]:
    """The lost deals in which something took longer than in 95 % of the won deals of their pipeline."""
    won: dict[tuple[str, str], list[int]] = defaultdict(list)
    for case in cases:
        if case.outcome == "won":
            values = measured.get(outcome_of(case), {})
            for name in TIMED:
                if name in values:
                    won[case.pipeline, name].append(values[name])
    for each in won.values():
        each.sort()
    for case in cases:
        if case.outcome != "lost":
            continue
        values = measured.get(outcome_of(case), {})
        for reason, names in LONG.items():
            if any(_is_beyond(values[name], won[case.pipeline, name]) for name in names if name in values):
                yield outcome_of(case), reason


def _is_beyond(value: int, others: Sequence[int]) -> bool:
    return len(others) >= WON_DEALS and bisect_left(others, value) >= BEYOND * len(others)


def agreements(said: Iterable[Said]) -> dict[tuple[str, str], tuple[int, int]]:
    """For each two tellers who both speak of some deals: of how many, and of how many they name a common reason."""
    found: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for each in said:
        speak = [teller for teller in TELLERS if teller in each]
        for one, other in combinations(speak, 2):
            found[one, other].append(not each[one].isdisjoint(each[other]))
    order = {teller: place for place, teller in enumerate(TELLERS)}
    pairs = sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]]))
    return {pair: (len(found[pair]), sum(found[pair])) for pair in pairs}
