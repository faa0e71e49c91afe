"""Who is in a chain, what we think of them, what they need: as of and known at any instant, equal to a fold by hand."""

from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from engine.clock import to_micros
from projections.people.contacts import Contacts, contact_assessments, contact_meetings, contacts
from projections.people.needs import Needs, needs, solution_needs, solutions
from projections.running.known import Known, as_known
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from tests.projections.closing_histories import QUARTER_DAYS, Fact, History, instant, store_of, stream
from tests.projections.count_by_hand import standing
from tests.projections.following_histories import KNOWING, NEEDING, TOUCHING, histories
from tests.projections.spare_views import views_of

FEW = settings(max_examples=settings().max_examples // 3)
INSTANTS = st.none() | st.integers(0, 2 * QUARTER_DAYS)
Told = dict[str, Any]


@FEW
@given(histories([*KNOWING, *KNOWING, *TOUCHING], length=12), st.data())
def test_the_chain_equals_a_fold_by_hand(history: History, data: st.DataObject) -> None:
    with store_of(history, "Europe/Berlin") as deals, views_of(deals) as views:
        catch_up(views, deals, (DealStates(), Contacts()))
        for _ in range(4):
            as_of, known_at = data.draw(INSTANTS), data.draw(INSTANTS)
            with as_known(views, deals, (Contacts(),), _maybe(known_at)) as known:
                present = {(row["deal"], row["contact"]) for row in _at(known, contacts, as_of)}
                thought = {
                    (row["deal"], row["contact"]): (row["stance"], row["influence"], row["reports_to"])
                    for row in _at(known, contact_assessments, as_of)
                }
                met = [(row["deal"], row["contact"]) for row in _at(known, contact_meetings, as_of)]
            here: set[tuple[bytes, str]] = set()
            expected: dict[tuple[bytes, str], tuple[Any, ...]] = {}
            meetings: list[tuple[bytes, str]] = []
            for name in history.deals:
                told = _people(_upto(history, name, as_of, known_at))
                deal = stream(name).bytes
                here |= {(deal, contact) for contact in told["here"]}
                expected |= {(deal, contact): each for contact, each in told["thought"].items()}
                meetings += [(deal, contact) for contact in told["met"]]
            assert (present, thought, sorted(met)) == (here, expected, sorted(meetings))


def _people(facts: list[Fact]) -> Told:
    seen: dict[str, bool] = {}
    thought: dict[str, tuple[Any, ...]] = {}
    invited: dict[str, list[str]] = {}
    met: list[str] = []
    for fact in facts:
        data = fact.data
        if fact.kind.startswith("Contact"):
            stays = seen.get(data["contact"], True)
            seen[data["contact"]] = {"ContactAdded": True, "ContactRemoved": False}.get(fact.kind, stays)
        if fact.kind == "ContactAssessed":
            before = thought.get(data["contact"], (None, None, None))
            now = (data["stance"], data["influence"], data["reports_to"])
            thought[data["contact"]] = tuple(
                new if new is not None else old for new, old in zip(now, before, strict=True)
            )
        if fact.kind == "TouchpointPlanned":
            invited[data["touchpoint"]] = data["contacts"] or []
        if fact.kind == "TouchpointHeld":
            there = data["contacts"]
            met += {*(there if there is not None else invited.get(data["touchpoint"], []))}
    return {"here": {name for name, here in seen.items() if here}, "thought": thought, "met": met}


@FEW
@given(histories(list(NEEDING), length=12), st.data())
def test_needs_and_solutions_equal_a_fold_by_hand(history: History, data: st.DataObject) -> None:
    with store_of(history, "Europe/Berlin") as deals, views_of(deals) as views:
        catch_up(views, deals, (DealStates(), Needs()))
        for _ in range(4):
            as_of, known_at = data.draw(INSTANTS), data.draw(INSTANTS)
            with as_known(views, deals, (Needs(),), _maybe(known_at)) as known:
                needed = {
                    (row["deal"], row["need"]): tuple(
                        row[name] for name in ("kind", "text", "importance", "met", "recorded")
                    )
                    for row in _at(known, needs, as_of)
                }
                links = {(row["deal"], row["version"], row["need"]) for row in _rows(known, solution_needs)}
                proposed = {
                    (row["deal"], row["solution"]): {
                        need
                        for deal, version, need in links
                        if (deal, version) == (row["deal"], row["version"])
                    }
                    for row in _at(known, solutions, as_of)
                }
            expected: dict[tuple[bytes, str], Any] = {}
            offered: dict[tuple[bytes, str], set[str]] = {}
            for name in history.deals:
                lines = standing(history.of(name), known_at)
                upto = [(at, fact) for at, _, fact in lines if as_of is None or at <= as_of]
                told, before_them = _needs(upto)
                expected |= {(stream(name).bytes, need): each for need, each in told.items()}
                offered |= {(stream(name).bytes, each): needs for each, needs in before_them.items()}
            assert (needed, proposed) == (expected, offered)


def _needs(lines: list[tuple[int, Fact]]) -> tuple[dict[str, tuple[Any, ...]], dict[str, set[str]]]:
    told: dict[str, Told] = {}
    offered: dict[str, set[str]] = {}
    for at, fact in lines:
        data, name = fact.data, fact.data.get("need")
        if fact.kind == "NeedRecorded":
            told[data["need"]] = {"recorded": at, "met": None, **data}
        elif fact.kind.startswith("Need"):
            given = {field: each for field, each in data.items() if each is not None}
            told[data["need"]] = {"recorded": at, **told.get(name or "", {}), **given}
        elif fact.kind == "SolutionProposed":
            offered.pop(data["revises"], None)
            offered[data["solution"]] = {*(data["needs"] or [])}
    fields = ("kind", "text", "importance", "met")
    return {
        need: (*(each.get(field) for field in fields), to_micros(instant(each["recorded"])))
        for need, each in told.items()
    }, offered


def _upto(history: History, name: str, as_of: int | None, known_at: int | None) -> list[Fact]:
    lines = standing(history.of(name), known_at)
    return [fact for at, _, fact in lines if as_of is None or at <= as_of]


def _at(known: Known, table: Table, as_of: int | None) -> list[Told]:
    """The rows that hold at the instant."""
    at = 2**62 - 1 if as_of is None else to_micros(instant(as_of))
    return [row for row in _rows(known, table) if row["read_at"] <= at < row.get("until", at + 1)]


def _rows(known: Known, table: Table) -> list[Told]:
    return [dict(row) for row in known.connection.execute(select(known.table(table))).mappings()]


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
