"""A scorecard counted by hand from plain facts; nothing of the projections or of the domain is used."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from statistics import fmean, median
from typing import Any

from tests.projections.closing_histories import Fact, History, instant, stream
from tests.projections.count_by_hand import standing
from tests.projections.silence_by_hand import ZONE, days

Lines = list[tuple[int, int, Fact]]


def cases_of(history: History, as_of: int | None, known_at: int | None) -> tuple[list[dict[str, Any]], int]:
    """The deals that count as they stand, with their lines; and how many open without a date after the instant."""
    cases, undated = [], 0
    for name in history.deals:
        lines = standing(history.of(name), known_at)
        upto = [line for line in lines if as_of is None or line[0] <= as_of]
        if not upto:
            undated += bool(lines) and lines[0][2].precision == "unknown"
            continue
        case: dict[str, Any] = {"deal": str(stream(name)), "lines": upto, "outcome": "open", "won": None}
        for _, version, fact in upto:
            data = fact.data
            for field in ("owner", "account", "follows", "amount"):
                if fact.kind in ("DealOpened", "DealOwnerAssigned", "DealDetailsChanged") and field in data:
                    case[field] = data[field]
            if fact.kind in ("DealWon", "DealLost"):
                case["outcome"] = "won" if fact.kind == "DealWon" else "lost"
                case["amount"] = data["amount"] or case["amount"]
                case["won"] = (version, case["amount"]) if fact.kind == "DealWon" else None
            if fact.kind in ("DealReopened", "DealMerged", "DealDiscarded"):
                case["outcome"] = "open" if fact.kind == "DealReopened" else "gone"
        cases.append(case)
    return cases, undated


def acts_of(  # noqa: PLR0912 - a case per event
    case: dict[str, Any], names: dict[str, str]
) -> list[dict[str, Any]]:
    """Everything that counts in a deal: figure, people, and the fact that says when."""
    lines: Lines = case["lines"]
    acts: list[dict[str, Any]] = []
    plans: dict[str, dict[str, Any]] = {}
    planned: set[str] = set()
    owner, team = None, Counter[tuple[str, str]]()
    levels = {fact.data["level"] for _, _, fact in lines if fact.kind == "DealLeadAccepted"}
    seen: set[Any] = set()

    def counts(figure: str, people: list[str], fact: Fact, **more: object) -> None:
        people = list(dict.fromkeys(people)) or [None]  # type: ignore[list-item]
        acts.append({"figure": figure, "people": people, "fact": fact, **more})

    for place, (_, version, fact) in enumerate(lines):
        data, kind = fact.data, fact.kind
        if kind in ("DealOpened", "DealOwnerAssigned"):
            owner = data["owner"]
        mine = [owner] if owner else []
        if kind.startswith("Touchpoint"):
            name = data["touchpoint"]
            if kind == "TouchpointPlanned":
                plans[name] = {"hosts": data["hosts"]}
                counts("made", data["hosts"] or mine, fact)
            hosts = data.get("hosts") or plans.get(name, {}).get("hosts") or mine
            if kind == "TouchpointHeld":
                counts("touchpoint", hosts, fact, detail=data["kind"])
                if name in planned:
                    counts("held", hosts, fact)
            if kind == "TouchpointMissed":
                counts("missed", hosts, fact)
            if kind in ("TouchpointPlanned", "TouchpointRescheduled"):
                planned.add(name)
        if kind == "DealTeammateAssigned":
            person, duty = data["person"], data["duty"]
            if duty in ("ae", "bdr") and (person, duty) not in seen and not team[person, duty]:
                seen.add((person, duty))
                counts("assigned", [person], fact, detail=duty)
                if case["outcome"] == "won":
                    counts("assigned-won", [person], fact, detail=duty)
            team[person, duty] = 1
        if kind == "DealTeammateReleased":
            team[data["person"], data["duty"]] = 0
        everybody = mine + [person for (person, _), has in team.items() if has]
        if kind == "ContractSigned":
            counts("contract", everybody, fact)
        if kind == "DealLeadAccepted" and data["level"] not in seen:
            seen.add(data["level"])
            level = data["level"]
            counts("accepted", everybody, fact, detail=level)
            if {"mql": "sql", "sql": "opportunity"}.get(level) in levels:
                counts("converted", everybody, fact, detail=level)
            later = [line for line in lines[place + 1 :] if line[2].kind == "TouchpointHeld"]
            took = None
            if later:
                start, end = (lines[place][0], fact.precision), (later[0][0], later[0][2].precision)
                took = days((instant(start[0]), start[1]), (instant(end[0]), end[1]))
            counts("taken-up", everybody, fact, took=took, waiting=not later)
        if case["outcome"] == "won" and case["won"][0] == version:
            follows = case["follows"]
            again = follows is not None and follows["kind"] != "referral"
            referrer = names.get(follows["deal"], follows["deal"]) if follows and not again else None
            more = {"amount": case["won"][1], "again": again, "referrer": referrer}
            counts("won", everybody, fact, account=case["account"], **more)
    return acts


def period(fact: Fact, per: str) -> str:
    """The week, month or quarter of a fact."""
    local = instant(fact.at).astimezone(ZONE)
    if per == "week":
        monday = local.date() - timedelta(days=local.weekday())
        # The week belongs to the year that its Thursday is in.
        thursday = monday + timedelta(days=3)
        return f"{thursday.year}-W{(thursday.timetuple().tm_yday - 1) // 7 + 1:02}"
    return f"{local:%Y-%m}" if per == "month" else f"{local.year}Q{(local.month - 1) // 3 + 1}"


def grouped(
    cases: list[dict[str, Any]],
    names: dict[str, str],
    by: tuple[str, ...],
    per: str,
    bounds: tuple[int | None, int | None],
) -> tuple[dict[Any, list[dict[str, Any]]], int]:
    """The acts of each group and period, each with its deal; and how many facts that count are undated."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    undated = 0
    for case in cases:
        for act in acts_of(case, names):
            fact = act["fact"]
            if fact.precision == "unknown":
                undated += act["figure"] not in ("held", "converted", "taken-up", "assigned-won")
                continue
            if (bounds[0] is not None and fact.at < bounds[0]) or (
                bounds[1] is not None and fact.at >= bounds[1]
            ):
                continue
            values = [act["people"] if name == "person" else [case[name]] for name in by]
            for key in product(*values):
                groups.setdefault((*key, period(fact, per)), []).append({**act, "deal": case["deal"]})
    return groups, undated


def figures(acts: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of some acts, as JSON has them."""
    count = Counter((act["figure"], act.get("detail")) for act in acts)
    won = [act for act in acts if act["figure"] == "won"]
    kinds = {kind: n for (figure, kind), n in count.items() if figure == "touchpoint"}
    hours = [act["took"] * 24 for act in acts if act.get("took") is not None]
    sql, contracts = count["accepted", "sql"], count["contract", None]
    sums: Counter[str] = Counter()
    for act in won:
        if act["amount"] is not None:
            sums[act["amount"]["currency"]] += Decimal(act["amount"]["amount"])  # type: ignore[assignment]
    referrers = Counter(act["referrer"] for act in won if act["referrer"] is not None)
    return {
        "touchpoints": sum(kinds.values()),
        "kinds": kinds,
        "appointments": {name: count[name, None] for name in ("made", "held", "missed")},
        "response_hours": _spread(hours),
        "waiting": sum(act.get("waiting", False) for act in acts),
        "leads": {level: count["accepted", level] for level in ("mql", "sql", "opportunity")},
        "conversions": {
            "mql_to_sql": _share(count["converted", "mql"], count["accepted", "mql"]),
            "sql_to_opportunity": _share(count["converted", "sql"], sql),
            "ae": _share(count["assigned-won", "ae"], count["assigned", "ae"]),
            "bdr": _share(count["assigned-won", "bdr"], count["assigned", "bdr"]),
            "signing": _share(contracts, sql),
        },
        "contracts": contracts,
        "won": len(won),
        "won_amounts": [
            {"amount": f"{Decimal(total).normalize():f}", "currency": currency}
            for currency, total in sorted(sums.items())
        ],
        "again": {
            "deals": sum(act["again"] for act in won),
            "accounts": len({act["account"] for act in won if act["again"] and act["account"]}),
        },
        "referred": dict(referrers),
    }


def _share(reached: int, n: int) -> dict[str, Any]:
    return {"n": n, "reached": reached, "rate": round(reached / n, 6) if n else None, "too_few": n < 5}


def _spread(hours: list[float]) -> dict[str, Any]:
    if not hours:
        return {"n": 0, "median": None, "mean": None, "p75": None}
    hours = sorted(hours)
    whole, part = divmod(3 * (len(hours) - 1), 4)
    p75 = hours[whole] if not part else hours[whole] + part / 4 * (hours[whole + 1] - hours[whole])
    return {
        "n": len(hours),
        "median": round(median(hours), 6),
        "mean": round(fmean(hours), 6),
        "p75": round(p75, 6),
    }


def maybe(quarter: int | None) -> datetime | None:
    """The instant of a quarter of a day."""
    return None if quarter is None else instant(quarter)
