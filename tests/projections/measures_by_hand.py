"""What closed deals measure, counted by hand from plain facts; nothing of the projections or of the domain is used."""

from datetime import date, timedelta
from typing import Any

from tests.projections.closing_histories import instant
from tests.projections.stays_by_hand import DAY, Line, length_of, most, silences, stays

CLOSED = ("DealWon", "DealLost")
REASON_OF_TOPIC = {"price": "price", "delivery": "delivery"}
REASON_OF_CRITERION = {"budget": "no-budget", "need": "no-need"}


def closings(lines: list[Line]) -> dict[int, list[Line]]:
    """The lines up to each closing, by its version."""
    return {
        version: lines[: place + 1] for place, (_, version, fact) in enumerate(lines) if fact.kind in CLOSED
    }


def measures(lines: list[Line]) -> dict[str, int]:
    """Every measure of a deal whose lines end with its closing; what it does not have is left out."""
    found: dict[str, int | None] = {
        "silence": most([length for _, length in silences(lines)]),
        **_people(lines),
        **_talks(lines),
        **_course(lines),
    }
    return {name: value for name, value in found.items() if value is not None}


def path(lines: list[Line]) -> list[list[Any]]:
    """The stays in order: pipeline, revision, stage."""
    return [each for each, _ in stays(lines)]


def _people(lines: list[Line]) -> dict[str, int]:
    here: dict[str, bool] = {}
    stance: dict[str, str | None] = {}
    champions: set[str] = set()
    met: set[str] = set()
    for _, _, fact in lines:
        if fact.kind == "TouchpointHeld":
            met.update(fact.data["contacts"] or ())
        if not fact.kind.startswith("Contact"):
            continue
        contact = fact.data["contact"]
        here.setdefault(contact, True)
        if fact.kind == "ContactAdded":
            here[contact] = True
        elif fact.kind == "ContactRemoved":
            here[contact] = False
        elif fact.kind == "ContactAssessed":
            stance[contact] = fact.data["stance"] or stance.get(contact)
            if "champion" in fact.data["roles"]:
                champions.add(contact)
    present = [each for each, is_here in here.items() if is_here]
    gone = {each for each, is_here in here.items() if not is_here}
    return {
        "champions": len(champions),
        "contacts-met": len(met),
        "champions-left": len(gone & champions),
        "contacts-left": len(gone - champions),
        "never-met": sum(each not in met for each in present),
        "hostile": sum(stance.get(each) in ("sceptic", "blocker") for each in present),
    }


def _talks(lines: list[Line]) -> dict[str, int | None]:
    facts = [fact for _, _, fact in lines]
    return {
        "objections": sum(fact.kind == "ObjectionRaised" for fact in facts),
        "counter-offers": sum(fact.kind == "OfferMade" and fact.data["side"] == "buyer" for fact in facts),
        "objections-unsettled": len(unsettled(lines)),
        "needs-unmet": len(_unmet(lines)),
        "concessions-unreturned": sum(
            fact.kind == "ConcessionMade"
            and fact.data["side"] == "seller"
            and fact.data["in_return_for"] is None
            for fact in facts
        ),
        "question-answer": _waited(lines, "question", ("QuestionRaised",), ("QuestionAnswered",)),
        "objection-answer": _waited(
            lines, "objection", ("ObjectionRaised",), ("ObjectionAnswered", "ObjectionSettled")
        ),
        "counter-offer-answer": _waited(
            lines,
            "offer",
            ("OfferMade",),
            ("OfferAccepted", "OfferRejected", "OfferWithdrawn", "OfferExpired"),
        ),
    }


def unsettled(lines: list[Line]) -> dict[str, str]:
    """The objections left, and what about."""
    left: dict[str, str] = {}
    for _, _, fact in lines:
        if fact.kind == "ObjectionRaised":
            left[fact.data["objection"]] = fact.data["topic"]
        elif fact.kind == "ObjectionSettled" and fact.data["resolved"]:
            left.pop(fact.data["objection"], None)
    return left


def _unmet(lines: list[Line]) -> set[str]:
    left: set[str] = set()
    for _, _, fact in lines:
        if fact.kind == "NeedRecorded" or (fact.kind == "NeedSettled" and fact.data["met"] == "no"):
            left.add(fact.data["need"])
        elif fact.kind == "NeedSettled":
            left.discard(fact.data["need"])
    return left


def _refused(lines: list[Line]) -> set[str]:
    last = {
        fact.data["need"]: fact.data.get("met")
        for _, _, fact in lines
        if fact.kind in ("NeedRecorded", "NeedSettled")
    }
    return {need for need, met in last.items() if met == "no"}


def _waited(lines: list[Line], name: str, asks: tuple[str, ...], answers: tuple[str, ...]) -> int | None:
    """The longest wait; an offer of ours answers every counter-offer that waits."""
    waiting: dict[str, tuple[int, str]] = {}
    lengths = []
    for at, _, fact in lines:
        ours = fact.kind == "OfferMade" and fact.data["side"] == "seller"
        if fact.kind in asks and not ours:
            waiting.setdefault(fact.data[name], (at, fact.precision))
        done = (
            list(waiting) if ours and name == "offer" else [fact.data[name]] if fact.kind in answers else []
        )
        lengths += [length_of(waiting.pop(each), (at, fact.precision)) for each in done if each in waiting]
    at, _, last = lines[-1]
    return most([*lengths, *(length_of(since, (at, last.precision)) for since in waiting.values())])


def _course(lines: list[Line]) -> dict[str, int | None]:
    moves: list[int] = []
    expected: str | None = None
    here: set[str] = set()
    arrived: int | None = None
    noted = False
    first: int | None = None
    responded = False
    start = (lines[0][0], lines[0][2].precision)
    for at, _, fact in lines:
        data = fact.data
        if fact.kind in ("DealOpened", "DealExpectedCloseMoved"):
            later = data["expected_close"]
            if fact.kind != "DealOpened" and expected and later and later > expected:
                moves.append((date.fromisoformat(later) - date.fromisoformat(expected)).days)
            expected = later
        elif fact.kind == "DealCompetitorNoted":
            if not noted:
                noted, arrived = True, length_of(start, (at, fact.precision))
            (here.discard if data["standing"] == "out" else here.add)(data["competitor"])
        elif fact.kind == "TouchpointHeld" and data["direction"] == "out" and not responded:
            responded, first = True, length_of(start, (at, fact.precision))
    return {
        "pushes": len(moves),
        "pushed-days": sum(moves) * DAY if moves else None,
        "overrides": sum(
            fact.kind == "DealStageChanged" and bool(fact.data["override"]) for _, _, fact in lines
        ),
        "competitors": len(here),
        "competitor-arrival": arrived,
        "late-follow-ups": _late(lines),
        "first-response": first,
    }


def _late(lines: list[Line]) -> int:
    """Next steps, tasks and appointments that were missed, or not done when their day was over everywhere."""
    late: int = 0
    item: tuple[str, str]
    open_: dict[tuple[str, str], Any] = {}
    ends = {"TaskFinished": "task", "TouchpointHeld": "touchpoint", "TouchpointMissed": "touchpoint"}
    begins = {"TaskAdded": "task", "TouchpointPlanned": "touchpoint", "TouchpointRescheduled": "touchpoint"}
    for at, _, fact in lines:
        data, now = fact.data, instant(at)
        if fact.kind == "DealNextStepSet":
            item = ("next-step", "")
        elif fact.kind in (ends | begins):
            kind = (ends | begins)[fact.kind]
            item = (kind, data[kind])
        else:
            continue
        if item in open_:
            over = open_.pop(item)
            late += bool((over is not None and now >= over) or fact.kind == "TouchpointMissed")
        if fact.kind in begins or fact.kind == "DealNextStepSet":
            open_[item] = _over(data)
    end = instant(lines[-1][0])
    return late + sum(bool(over is not None and end >= over) for over in open_.values())


def _over(data: dict[str, Any]) -> Any:  # noqa: ANN401 - an instant or nothing
    if data.get("planned_for"):
        return type(instant(0)).fromisoformat(data["planned_for"]) + timedelta(days=1)
    if data.get("due"):
        return type(instant(0)).fromisoformat(data["due"] + "T00:00:00+00:00") + timedelta(days=1, hours=12)
    return None


def reasons(lines: list[Line]) -> set[str]:
    """The reasons that the events speak for."""
    denied: set[str] = set()
    countered: set[str] = set()
    for _, _, fact in lines:
        data = fact.data
        if fact.kind == "DealCriterionAnswered" and data["criterion"] in REASON_OF_CRITERION:
            (denied.add if data["answer"] == "denied" else denied.discard)(data["criterion"])
        elif fact.kind == "OfferMade" and data["side"] == "buyer":
            countered.add(data["offer"])
        elif fact.kind == "OfferAccepted":
            countered.discard(data["offer"])
    found = measures(lines)
    told = {REASON_OF_TOPIC[topic] for topic in unsettled(lines).values()}
    told |= {REASON_OF_CRITERION[criterion] for criterion in denied}
    told |= {"price"} if countered else set()
    told |= {"product-fit"} if _refused(lines) else set()
    told |= {"champion-left"} if found["champions-left"] else set()
    return told | ({"competitor"} if found["competitors"] else set())
