"""Win/loss figures counted by hand from plain facts; nothing of the projections or of the domain is used."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

from tests.projections.closing_histories import QUARTER_DAYS, Fact, History, instant, stream

BERLIN = "Europe/Berlin"
ZONE = ZoneInfo(BERLIN)


@dataclass(frozen=True)
class Counted:
    """Instants in quarters of a day; None: not asked."""

    as_of: int | None
    known_at: int | None
    start: int | None
    end: int | None
    owner: str | None


def cases_of(history: History, question: Counted) -> tuple[list[dict[str, Any]], int]:
    """The deals that the question is about, and how many are left out because a date is missing."""
    cases, undated = [], 0
    for deal in history.deals:
        lines = standing(history.of(deal), question.known_at)
        if not lines:
            continue
        opening = lines[0][2]
        if question.as_of is not None and opening.at > question.as_of:
            undated += opening.precision == "unknown" and question.owner in (None, opening.data["owner"])
            continue
        case = _told(deal, [line for line in lines if question.as_of is None or line[0] <= question.as_of])
        if case["outcome"] == "gone" or question.owner not in (None, case["owner"]):
            continue
        if question.start is None and question.end is None:
            cases.append(case)
        elif case["closing"] and case["closing"]["precision"] == "unknown":
            undated += 1
        elif case["closing"] and _within(case["closing"]["at"], question):
            cases.append(case)
    return cases, undated


def _within(at: int, question: Counted) -> bool:
    after_start = question.start is None or at >= question.start
    return after_start and (question.end is None or at < question.end)


def grouped(cases: list[dict[str, Any]], by: tuple[str, ...], *, decided: bool) -> dict[Any, dict[str, Any]]:
    groups: dict[Any, list[dict[str, Any]]] = {} if by else {(): []}
    for case in cases:
        for key in product(*(_values(case, name) for name in by)):
            groups.setdefault(key, []).append(case)
    return {key: _figures(each, decided) for key, each in groups.items()}


def standing(facts: list[Fact], known_at: int | None) -> list[tuple[int, int, Fact]]:
    """What stands at `known_at`, as (reading instant, version, fact) in reading order."""
    known: list[Fact] = []
    latest = -1
    for fact in facts:
        latest = max(latest, fact.known if fact.known is not None else QUARTER_DAYS + fact.recorded)
        if known_at is None or latest <= known_at:
            known.append(fact)
    words = {}
    for fact in known:
        if fact.kind.startswith("Event"):
            words[fact.data["corrects" if fact.kind == "EventCorrected" else "retracts"]] = fact
    stands = []
    for fact in known:
        if fact.kind.startswith("Event"):
            continue
        word = words.get(fact.version)
        if word is None:
            stands.append(fact)
        elif word.kind == "EventCorrected":
            new = word.data["replacement"]
            precision = new.get("precision") or ("instant" if "at" in new else fact.precision)
            stands.append(
                Fact(
                    fact.deal,
                    fact.version,
                    new.get("at", fact.at),
                    precision,
                    new["type"],
                    new["data"],
                    fact.by,
                    None,
                    0,
                )
            )
    opened = [fact.at for fact in stands if fact.kind == "DealOpened"]
    return (
        sorted(((max(fact.at, opened[0]), fact.version, fact) for fact in stands), key=lambda line: line[:2])
        if opened
        else []
    )


def _told(deal: str, lines: list[tuple[int, int, Fact]]) -> dict[str, Any]:
    """Where the deal stands after these lines."""
    case: dict[str, Any] = {"deal": str(stream(deal)), "outcome": "open", "closing": None, "noted": set()}
    said: dict[tuple[int, str | None], list[str]] = {}
    for read_at, version, fact in lines:
        data = fact.data
        if fact.kind == "DealOpened":
            case |= {name: data.get(name) for name in ("owner", "pipeline", "stage", "amount", "lead_source")}
            case |= {"opened": (read_at, fact.precision), "segment": data["segment"]}
        elif fact.kind in ("DealStageChanged", "DealPipelineChanged"):
            case["stage"] = data["to_stage"]
            case["pipeline"] = data.get("to_pipeline", case["pipeline"])
        elif fact.kind in ("DealAmountRevised", "DealOwnerAssigned", "DealDetailsChanged"):
            case |= data
        elif fact.kind in ("DealWon", "DealLost"):
            case["outcome"] = fact.kind.removeprefix("Deal").lower()
            case["amount"] = data["amount"] or case["amount"]
            case["closing"] = {
                "version": version,
                "at": fact.at,
                "read_at": read_at,
                "precision": fact.precision,
                "amount": case["amount"],
                "kind": data.get("kind"),
                "competitor": data.get("competitor"),
                "by": fact.by,
                "stage": case["stage"],
            }
            said[version, None] = [cause["reason"] for cause in data["causes"]]
        elif fact.kind == "DealReopened":
            case |= {"outcome": "open", "closing": None, "stage": data["stage"] or case["stage"]}
        elif fact.kind == "CausesRecorded":
            said[data["outcome"], data["told_by"]] = [cause["reason"] for cause in data["causes"]]
        elif fact.kind == "DealCompetitorNoted":
            case["noted"].add(data["competitor"])
        elif fact.kind in ("DealMerged", "DealDiscarded"):
            case |= {"outcome": "gone", "closing": None}
    closing = case["closing"]
    last = closing["version"] if closing else None
    case["reasons"] = {reason for (of, _), reasons in said.items() if of == last for reason in reasons}
    if closing and closing["competitor"]:
        case["noted"].add(closing["competitor"])
    return case


def _values(case: dict[str, Any], name: str) -> list[str | None]:
    if name in ("reason", "competitor"):
        return list(case["reasons" if name == "reason" else "noted"]) or [None]
    if name.endswith(("month", "quarter")):
        return [_period(case, name)]
    closing = case["closing"] or {}
    return [
        {
            "owner": case["owner"],
            "pipeline": case["pipeline"],
            "lead-source": case["lead_source"],
            "segment.region": case["segment"].get("region"),
            "account": None,
            "campaign": None,
            "kind": closing.get("kind"),
            "stage-at-close": closing.get("stage"),
            "closed-by": closing.get("by"),
        }[name]
    ]


def _period(case: dict[str, Any], name: str) -> str | None:
    closing = case["closing"] or {"at": 0, "precision": "unknown"}
    at, precision = case["opened"] if name.startswith("opened") else (closing["at"], closing["precision"])
    if precision == "unknown":
        return None
    local = instant(at).astimezone(ZONE)
    return f"{local:%Y-%m}" if name.endswith("month") else f"{local.year}Q{(local.month - 1) // 3 + 1}"


def _figures(cases: list[dict[str, Any]], decided: bool) -> dict[str, Any]:
    won = [case for case in cases if case["outcome"] == "won"]
    lost = [case for case in cases if case["outcome"] == "lost"]
    open_ = [case for case in cases if case["outcome"] == "open"]
    unfit = [case for case in lost if case["closing"]["kind"] == "disqualified"]
    few = len(won) + len(lost) - len(unfit) < 5
    if decided:
        lost = [case for case in lost if case not in unfit]
    won_sums, lost_sums = _sums(won), _sums(lost)
    rates = []
    for currency in sorted({*won_sums, *lost_sums}):
        total = won_sums.get(currency, Decimal(0)) + lost_sums.get(currency, Decimal(0))
        if total:
            rate = round(float(won_sums.get(currency, Decimal(0)) / total), 6)
            rates.append({"currency": currency, "rate": rate})
    return {
        "deals": len(cases),
        "won": len(won),
        "lost": len(lost),
        "open": len(open_),
        "disqualified": len(unfit),
        "win_rate_count": round(len(won) / (len(won) + len(lost)), 6) if won or lost else None,
        "win_rate_value": rates,
        "too_few": few,
        "won_amounts": _amounts(won_sums),
        "lost_amounts": _amounts(lost_sums),
        "cycle_days": {"won": _spread(won), "lost": _spread(lost)},
        "behind": sorted(case["deal"] for case in cases),
    }


def _sums(cases: list[dict[str, Any]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for case in cases:
        if case["closing"]["amount"] is not None:
            sums[case["closing"]["amount"]["currency"]] += Decimal(case["closing"]["amount"]["amount"])
    return sums


def _amounts(sums: dict[str, Decimal]) -> list[dict[str, str]]:
    texts = {currency: f"{amount:f}" for currency, amount in sums.items()}
    return [
        {"amount": text.rstrip("0").rstrip(".") if "." in text else text, "currency": currency}
        for currency, text in sorted(texts.items())
    ]


def _spread(cases: list[dict[str, Any]]) -> dict[str, Any]:
    days = []
    for case in cases:
        (opened, exact), (closed, also) = (
            case["opened"],
            (case["closing"]["read_at"], case["closing"]["precision"]),
        )
        if "unknown" in (exact, also):
            continue
        if "day" in (exact, also):
            first, last = (instant(at).astimezone(ZONE).date() for at in (opened, closed))
            days.append(float((last - first).days))
        else:
            days.append((closed - opened) / 4)
    if not days:
        return {"n": 0, "median": None, "mean": None, "p75": None}
    days.sort()
    whole, part = divmod(3 * (len(days) - 1), 4)
    p75 = days[whole] if not part else days[whole] + part / 4 * (days[whole + 1] - days[whole])
    return {
        "n": len(days),
        "median": round(median(days), 6),
        "mean": round(fmean(days), 6),
        "p75": round(p75, 6),
    }
