"""How random histories are drawn: facts in any order of recording, some of which correct or retract others."""

from collections.abc import Callable, Collection
from typing import Any

from hypothesis import strategies as st

from tests.projections.closing_histories import PEOPLE, PRECISION, QUARTER_DAYS, Fact, History

Told = tuple[str, dict[str, Any]]
"""The type of an event and its data."""

Next = Callable[[st.DrawFn, list[Fact]], Told]
"""Draws what is told next of a deal, after the facts that were told of it before."""


def in_any_order(draw: st.DrawFn, deals: tuple[int, int], length: tuple[int, int], upcoming: Next) -> History:
    """From one to another number of deals, of one to another number of facts each."""
    facts: list[Fact] = []
    recorded = 0
    told: dict[str, list[Fact]] = {f"D-{number}": [] for number in range(draw(st.integers(*deals)))}
    for deal in draw(st.permutations([name for name in told for _ in range(draw(st.integers(*length)))])):
        recorded += draw(st.integers(0, 3))
        before = told[deal]
        kind, data = upcoming(draw, before)
        fact = Fact(
            deal=deal,
            version=len(before) + 1,
            at=draw(st.integers(0, QUARTER_DAYS)),
            precision=draw(PRECISION),
            kind=kind,
            data=data,
            by=draw(PEOPLE),
            known=draw(st.none() | st.integers(0, 2 * QUARTER_DAYS)),
            recorded=recorded,
        )
        before.append(fact)
        facts.append(fact)
    return History(tuple(facts))


def put_right(
    draw: st.DrawFn,
    kind: str,
    before: list[Fact],
    data: Callable[[str], st.SearchStrategy[dict[str, Any]]],
    closings: Collection[str] = (),
) -> Told:
    """A correction or retraction (`kind`) of one of the facts; one of `closings` may become another of them.

    Nothing retracts an opening: it is corrected instead.
    """
    original = draw(st.sampled_from([fact for fact in before if not fact.kind.startswith("Event")]))
    named = {"type": original.kind, "reason": "other"}
    if kind == "EventRetracted" and original.kind != "DealOpened":
        return kind, {"retracts": original.version, **named}
    into = draw(st.sampled_from(sorted(closings))) if original.kind in closings else original.kind
    replacement: dict[str, Any] = {"type": into, "data": draw(data(into))}
    if draw(st.booleans()):
        replacement["at"] = draw(st.integers(0, QUARTER_DAYS))
    if draw(st.booleans()):
        replacement["precision"] = draw(PRECISION)
    return "EventCorrected", {"corrects": original.version, "replacement": replacement, **named}
