"""The measures of closed deals equal a count by hand, whatever the order of recording."""

from dataclasses import replace
from json import loads
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.asking.asked import Asked
from projections.causes.facts_of_deals import facts_known
from projections.causes.measures import UNITS, Measures, measured_reasons, measured_stays, measures_of_deals
from projections.closings.outcomes import Outcomes, outcomes
from projections.running.known import as_known
from projections.running.reading_on import FOREVER
from projections.running.runner import catch_up
from projections.running.verifying import verify
from projections.running.views import Views
from projections.states.deal_states import DealStates
from projections.states.definitions import Definitions
from projections.touchpoints.activity import Activity
from projections.touchpoints.silences import silences as silences_told
from tests.projections.causing_histories import BEFORE, OUTCOMES, histories
from tests.projections.closing_histories import Fact, History, store_of, stream
from tests.projections.count_by_hand import standing
from tests.projections.measures_by_hand import closings, measures, path, reasons
from tests.projections.reading import rows
from tests.projections.spare_views import views_of
from tests.projections.stays_by_hand import silences

FEW = settings(max_examples=settings().max_examples // 2)
KINDS = [*BEFORE, *BEFORE, *OUTCOMES, *OUTCOMES, *OUTCOMES]
OWN = (Measures(),)


@FEW
@given(histories(KINDS, deals=4, length=25), st.sampled_from([1, 4, 5_000]))
def test_measures_equal_a_count_by_hand(history: History, page: int) -> None:
    with store_of(history, "Europe/Berlin") as deals, views_of(deals) as views:
        catch_up(views, deals, OWN, page=page)
        found: dict[tuple[bytes, int], dict[str, Any]] = {}
        for row in rows(views, measures_of_deals):
            values = {name: row[name.replace("-", "_")] for name in UNITS}
            found[row["deal"], row["version"]] = {
                "measures": {name: value for name, value in values.items() if value is not None},
                "path": loads(row["path"]),
                "reasons": set(),
                "silences": {},
            }
        for row in rows(views, measured_reasons):
            found[row["deal"], row["version"]]["reasons"].add(row["reason"])
        for row in rows(views, measured_stays):
            if row["silence"] is not None:
                found[row["deal"], row["version"]]["silences"][row["nth"] - 1] = row["silence"]
        assert found == {
            (stream(deal).bytes, version): _by_hand(told)
            for deal in history.deals
            for version, told in closings(standing(history.of(deal), None)).items()
        }


@FEW
@given(histories([kind for kind in KINDS if kind not in ("DealReopened", "DealPipelineChanged")], length=20))
def test_silences_are_those_of_the_report_on_follow_ups(history: History) -> None:
    # Calendar days are counted in the store's zone there, and in whole days here.
    facts = tuple(_to_the_instant(fact) for fact in history.facts)
    with store_of(History(facts), "UTC") as deals, views_of(deals) as views:
        catch_up(views, deals, (Activity(), Outcomes(), Measures(), DealStates()))
        with as_known(views, deals, (Activity(), Measures()), None) as known:
            told = silences_told(known, Asked(), deals.zone, deals.clock()).longest
            measured = facts_known(known, Definitions({}, {}), _closed(views))
        for (deal, _), found in measured.items():
            assert {fact.stage: value for fact, value in found.items() if fact.name == "silence"} == {
                stage: silence.micros for (_, stage), silence in told[deal].items()
            }


def _to_the_instant(fact: Fact) -> Fact:
    """The same, where it is known by its day, known to the instant."""
    data = dict(fact.data)
    if data.get("replacement", {}).get("precision") == "day":
        data["replacement"] = {**data["replacement"], "precision": "instant"}
    return replace(fact, data=data, precision="instant" if fact.precision == "day" else fact.precision)


def _closed(views: Views) -> set[tuple[bytes, int]]:
    """The outcomes that stand and are the first of their deals: after others there may be other silences."""
    found = rows(views, outcomes)
    return {(row["deal"], row["version"]) for row in found if row["until"] == FOREVER and row["nth"] == 1}


@FEW
@given(history=histories(KINDS), page=st.sampled_from([1, 2, 7]))
def test_pages_of_any_size_give_the_rows_that_the_whole_log_gives(history: History, page: int) -> None:
    with store_of(history, "Europe/Berlin") as deals, views_of(deals) as views:
        catch_up(views, deals, OWN, page=page)
        assert [each.difference for each in verify(views, deals, OWN)] == [None]


def _by_hand(told: Any) -> dict[str, Any]:  # noqa: ANN401 - lines of a story
    longest: dict[int, int] = {}
    for stay, length in silences(told):
        longest[stay] = max(length, longest.get(stay, 0))
    return {"measures": measures(told), "path": path(told), "reasons": reasons(told), "silences": longest}
