"""Follow-ups counted by hand from plain facts; nothing of the projections or of the domain is used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.projections.closing_histories import Fact, History, instant, stream
from tests.projections.count_by_hand import standing
from tests.projections.silence_by_hand import CLOSED, days, longest, told, won_medians

ZONE = ZoneInfo("Europe/Berlin")
ROLES = ("economic-buyer", "decision-maker", "champion", "technical-buyer")
Lines = list[tuple[int, int, Fact]]
"""(reading instant in quarters of a day, version, fact), in reading order."""
ENDS = {
    "TaskFinished": ("task", "task"),
    "QuestionAnswered": ("question", "question"),
    "OfferAccepted": ("offer", "offer"),
    "OfferRejected": ("offer", "offer"),
    "OfferWithdrawn": ("offer", "offer"),
    "OfferExpired": ("offer", "offer"),
    "TouchpointHeld": ("touchpoint", "touchpoint"),
    "TouchpointMissed": ("touchpoint", "touchpoint"),
}
BEGINS = {
    "DealNextStepSet": ("next-step", None),
    "TaskAdded": ("task", "task"),
    "QuestionRaised": ("question", "question"),
    "OfferMade": ("offer", "offer"),
    "TouchpointPlanned": ("touchpoint", "touchpoint"),
    "TouchpointRescheduled": ("touchpoint", "touchpoint"),
}
"""Kind of the follow-up, and the field that names it."""


@dataclass(frozen=True)
class Ask:
    """Instants in quarters of a day; None: not asked. `now` is the present."""

    as_of: int | None
    known_at: int | None
    start: int | None
    end: int | None
    owner: str | None
    within: int
    now: datetime

    @property
    def at(self) -> datetime:
        """The instant that the answer is told at."""
        return self.now if self.as_of is None else instant(self.as_of)


def deals_by_hand(history: History, ask: Ask) -> tuple[list[dict[str, Any]], int]:
    """Every deal that counts, as the answer has it, and how many are left out because a date is missing."""
    lives = list(told(history, ask.as_of, ask.known_at))
    silent = {life.deal: longest(life, ask.at) for life in lives}
    typical = {stage: middle for stage, (n, middle) in won_medians(lives, silent).items() if n >= 5}
    found, undated = [], 0
    for name in history.deals:
        lines = standing(history.of(name), ask.known_at)
        upto = [line for line in lines if ask.as_of is None or line[0] <= ask.as_of]
        if not upto:
            undated += bool(lines) and lines[0][2].precision == "unknown" and _fits(lines[0][2].data, ask)
            continue
        state = _state(upto)
        if state["outcome"] in ("merged", "discarded") or not _fits(state, ask):
            continue
        bounded = ask.start is not None or ask.end is not None
        undated += bounded and upto[0][2].precision == "unknown"
        found.append(_deal(name, upto, state, ask))
        if state["outcome"] == "open":
            found[-1]["silence"] = _silence(
                silent[stream(name).bytes].get(("standard", state["stage"])),
                typical.get(("standard", state["stage"])),
            )
    return found, undated


def _fits(state: dict[str, Any], ask: Ask) -> bool:
    return ask.owner in (None, state["owner"])


def _state(lines: Lines) -> dict[str, Any]:
    state: dict[str, Any] = {"outcome": "open", "closed": None, "kind": None, "closing": None}
    for read_at, _, fact in lines:
        if fact.kind in ("DealOpened", "DealOwnerAssigned"):
            state["owner"] = fact.data["owner"]
        state["stage"] = fact.data.get("to_stage") or (
            fact.data["stage"] or state["stage"]
            if fact.kind in ("DealOpened", "DealReopened")
            else state["stage"]
        )
        if fact.kind in CLOSED or fact.kind == "DealReopened":
            state["outcome"] = CLOSED.get(fact.kind, "open")
            closed = fact.kind in ("DealWon", "DealLost")
            state["closed"] = read_at if closed else None
            state["kind"] = fact.data.get("kind") if closed else None
            state["closing"] = (
                instant(fact.at).isoformat() if closed and fact.precision != "unknown" else None
            )
    return state


def _deal(name: str, lines: Lines, state: dict[str, Any], ask: Ask) -> dict[str, Any]:
    is_open = state["outcome"] == "open"
    items = [
        item
        for read_at, item in _open_items(lines, state["owner"], ask)
        if state["closed"] is None or read_at > state["closed"]
    ]
    response, lead = _responses(lines, ask)
    touched = _touched(lines, ask)
    return {
        "deal": str(stream(name)),
        "title": "A deal",
        "owner": state["owner"],
        "outcome": state["outcome"],
        "kind": state["kind"],
        "closed_at": state["closing"],
        "amount": None,
        "pipeline": "standard",
        "stage": state["stage"],
        "no_next_step": all(fact.kind != "DealNextStepSet" for _, _, fact in lines) if is_open else None,
        "follow_ups": items,
        "first_response_hours": response and response[1],
        "responded": response and response[0],
        "lead_response_hours": lead and lead[1],
        "lead_responded": lead and lead[0],
        "silence": None,
        "contacts_touched": len(touched) if is_open else None,
        "single_threaded": len(touched) < 2 if is_open else None,
        "roles": roles_by_hand(lines) if is_open else None,
    }


def _open_items(lines: Lines, owner: str | None, ask: Ask) -> Iterator[tuple[int, dict[str, Any]]]:
    """What began and did not end, in the order in which it arose."""
    found = []
    for place, (read_at, version, fact) in enumerate(lines):
        begun = _named(fact, BEGINS)
        later = [other for _, _, other in lines[place + 1 :]]
        if begun is None or any(begun in (_named(other, BEGINS), _named(other, ENDS)) for other in later):
            continue
        if fact.kind == "OfferMade" and fact.data["valid_until"] is None:
            continue
        arose, plan = _plan(lines[: place + 1], begun) if begun[0] == "touchpoint" else (read_at, None)
        told_of = fact.data if plan is None else plan
        due, planned_for = fact.data.get("due") or fact.data.get("valid_until"), fact.data.get("planned_for")
        hosts = told_of.get("hosts") or [None]
        by_kind = {"offer": told_of.get("side"), "touchpoint": told_of.get("kind")}
        item = {
            "kind": begun[0],
            "item": begun[1],
            "text": by_kind.get(begun[0], told_of.get("text")),
            "person": (told_of.get("owner") if begun[0] == "task" else hosts[0]) or owner,
            "since": None if fact.precision == "unknown" else instant(arose).isoformat(),
            "due": due
            if planned_for is None
            else datetime.fromisoformat(planned_for).astimezone(ZONE).date().isoformat(),
            "planned_for": planned_for,
            "when": _when(due, planned_for, ask),
        }
        found.append(((arose, version), read_at, item))
    for _, read_at, item in sorted(found, key=lambda each: each[0]):
        yield read_at, item


def _named(fact: Fact, table: dict[str, Any]) -> tuple[str, str | None] | None:
    if fact.kind not in table:
        return None
    kind, field = table[fact.kind]
    return kind, None if field is None else fact.data[field]


def _plan(lines: Lines, begun: tuple[str, str | None]) -> tuple[int, dict[str, Any]]:
    """When an appointment first came up, and what was planned: a moved one is what the last plan says."""
    about = [line for line in lines if _named(line[2], BEGINS) == begun]
    plans = [line for line in about if line[2].kind == "TouchpointPlanned"]
    return (plans[-1][0], plans[-1][2].data) if plans else (about[0][0], {})


def _when(due: str | None, planned_for: str | None, ask: Ask) -> str:
    if planned_for is not None and datetime.fromisoformat(planned_for) < ask.at:
        return "overdue"
    if planned_for is None and due is None:
        return "no-date"
    today = ask.at.astimezone(ZONE).date()
    last = datetime.combine(today + timedelta(days=ask.within + 1), time.min, ZONE)
    if planned_for is not None:
        return "due" if datetime.fromisoformat(planned_for) < last else "later"
    assert due is not None
    over = datetime.combine(date.fromisoformat(due) + timedelta(days=1), time.min, ZONE)
    if over <= ask.at:
        return "overdue"
    return "due" if over <= last else "later"


def _responses(lines: Lines, ask: Ask) -> tuple[Any, Any]:
    """(answered, hours) from the opening, and from the first acceptance; None where nothing is measured."""
    opened = lines[0]
    if ask.start is not None or ask.end is not None:
        early = ask.start is not None and opened[0] < ask.start
        late = ask.end is not None and opened[0] >= ask.end
        if opened[2].precision == "unknown" or early or late:
            return None, None
    accepted = [place for place, line in enumerate(lines) if line[2].kind == "DealLeadAccepted"]
    lead = _answered(lines[accepted[0]], lines[accepted[0] :]) if accepted else None
    return _answered(opened, lines), lead


def _answered(since: tuple[int, int, Fact], lines: Lines) -> tuple[bool, float | None]:
    out = [line for line in lines if line[2].kind == "TouchpointHeld" and line[2].data["direction"] == "out"]
    if not out:
        return False, None
    took = days((instant(since[0]), since[2].precision), (instant(out[0][0]), out[0][2].precision))
    return True, None if took is None else round(took * 24, 6)


def _meetings(lines: Lines) -> Iterator[tuple[int, Fact, list[str]]]:
    """Each held touchpoint with those who were there, or whom it was planned with where nobody says."""
    for place, (read_at, _, fact) in enumerate(lines):
        if fact.kind == "TouchpointHeld":
            plans = [
                other.data["contacts"]
                for _, _, other in lines[:place]
                if other.kind == "TouchpointPlanned" and other.data["touchpoint"] == fact.data["touchpoint"]
            ]
            there = fact.data["contacts"]
            yield read_at, fact, there if there is not None else (plans[-1] if plans else None) or []


def _touched(lines: Lines, ask: Ask) -> set[str]:
    after = ask.at - timedelta(days=30)
    return {
        contact
        for read_at, fact, there in _meetings(lines)
        for contact in there
        if fact.precision != "unknown" and instant(read_at) > after
    }


def roles_by_hand(lines: Lines) -> list[dict[str, Any]]:
    """Who has which of the four roles, since when, and since when they are met."""
    here: set[str] = set()
    joined: dict[str, tuple[int, str]] = {}
    has: dict[str, dict[str, tuple[int, str]]] = {}
    for read_at, _, fact in lines:
        contact = fact.data.get("contact")
        if not fact.kind.startswith("Contact") or contact is None:
            continue
        if fact.kind == "ContactRemoved":
            here.discard(contact)
        elif contact not in here and (fact.kind == "ContactAdded" or contact not in joined):
            here.add(contact)
            joined[contact] = (read_at, fact.precision)
        joined.setdefault(contact, (read_at, fact.precision))
        if fact.kind == "ContactAssessed":
            before = has.get(contact, {})
            has[contact] = {role: before.get(role, (read_at, fact.precision)) for role in fact.data["roles"]}
    roles = []
    for role in ROLES:
        holders = sorted(contact for contact in here if role in has.get(contact, {}))
        if not holders:
            continue
        since = [max(has[contact][role], joined[contact]) for contact in holders]
        met = [(read_at, fact) for read_at, fact, there in _meetings(lines) if {*there} & {*holders}]
        roles.append(
            {
                "role": role,
                "contacts": holders,
                "since": _first(at for at, precision in since if precision != "unknown"),
                "met": bool(met),
                "met_since": _first(at for at, fact in met if fact.precision != "unknown"),
            }
        )
    return roles


def _first(quarters: Iterator[int]) -> str | None:
    first = min(quarters, default=None)
    return None if first is None else instant(first).isoformat()


def _silence(silence: tuple[float, int, int | None] | None, middle: float | None) -> dict[str, Any] | None:
    if silence is None:
        return None
    took = round(silence[0], 6)
    longer = None if middle is None else took > middle
    running = silence[2] is None
    return {"days": took, "running": running, "won_median": middle, "longer": longer, "exact": silence[0]}
