"""Histories as they come: told late, twice, undated, before and after each other, changed and taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.interfaces.importing.histories import Line, cny, line, opened

DEALS = ("A", "B")
START = datetime(2026, 4, 1, 8, tzinfo=UTC)
INSTANTS = tuple((START + timedelta(hours=7 * step)).isoformat() for step in range(8))
STAGES = ("prospecting", "qualification", "meeting", "proposal", "negotiation")

_FACTS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.one_of(
    st.sampled_from(STAGES).map(lambda stage: ("DealStageChanged", {"to_stage": stage})),
    st.sampled_from(("90", "100.5", None)).map(
        lambda amount: ("DealAmountRevised", {"amount": None if amount is None else cny(amount)})
    ),
    st.sampled_from(("li.lei", "wang.fang", None)).map(lambda owner: ("DealOwnerAssigned", {"owner": owner})),
    st.sampled_from(("2026-06-30", "2026-07-31", None)).map(
        lambda day: ("DealExpectedCloseMoved", {"expected_close": day})
    ),
    st.sampled_from(("x", "y")).map(lambda text: ("DealNoteAdded", {"text": text})),
    st.sampled_from(("East", "West", None)).map(
        lambda region: ("DealDetailsChanged", {"segment": {"region": region}})
    ),
    st.sampled_from(("1", "2")).map(lambda offer: ("OfferMade", {"offer": offer, "side": "seller"})),
    st.sampled_from(("1", "2")).map(lambda offer: ("OfferAccepted", {"offer": offer})),
    st.just(("DealWon", {"amount": cny("95"), "causes": [{"reason": "price"}]})),
    st.just(("DealLost", {"kind": "competitor", "competitor": "Rival"})),
    st.just(("DealReopened", {"stage": "meeting"})),
    st.just(("DealPipelineChanged", {"to_pipeline": "process", "to_stage": "quotation"})),
    st.just(("TouchpointHeld", {"touchpoint": "t", "kind": "call", "minutes": 20})),
)


@st.composite
def facts(draw: st.DrawFn, *, keys: bool) -> Line:
    """A line about one of the deals; with `keys` it may have one."""
    type_name, data = draw(_FACTS)
    told = line(
        type_name, draw(st.sampled_from((*INSTANTS, None))), deal=draw(st.sampled_from(DEALS)), **data
    )
    if keys and draw(st.booleans()):
        told["key"] = f"{type_name}-{draw(st.integers(1, 2))}"
    if draw(st.booleans()):
        told["by"] = draw(st.sampled_from(("li.lei", "王芳")))
    if draw(st.integers(0, 3)) == 0:
        told["source_recorded_at"] = draw(st.sampled_from(INSTANTS))
    if "at" in told and draw(st.integers(0, 3)) == 0:
        told["precision"] = "day"
    return told


@st.composite
def histories(draw: st.DrawFn, *, keys: bool = True) -> list[Line]:
    """Lines of two deals in any order, their openings among them; nothing happens before those."""
    lines = [
        opened(
            INSTANTS[0], deal=deal, amount=cny("80"), pipeline=draw(st.sampled_from(("standard", "process")))
        )
        for deal in DEALS
    ]
    for told in lines:
        told["data"].pop("stage")
    lines += draw(st.lists(facts(keys=keys), max_size=14))
    return draw(st.permutations(lines))
