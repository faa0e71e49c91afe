"""Negotiations counted by hand from plain facts; nothing of the projections or of the domain is used."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, product
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.projections.closing_histories import Fact, History, instant, stream
from tests.projections.count_by_hand import BERLIN, Counted, cases_of, standing

ANSWERS = {
    "OfferAccepted": "accepted",
    "OfferRejected": "rejected",
    "OfferWithdrawn": "withdrawn",
    "OfferExpired": "expired",
}
Waited = tuple[int, str, int, str]
"""From quarter and precision to quarter and precision."""


def bargains_of(history: History, counted: Counted) -> tuple[list[dict[str, Any]], int]:
    """The cases that the question is about with their negotiations, and how many are left out undated."""
    cases, undated = cases_of(history, counted)
    lines = {str(stream(deal)): standing(history.of(deal), counted.known_at) for deal in history.deals}
    for case in cases:
        told = [fact for fact in lines[case["deal"]] if counted.as_of is None or fact[0] <= counted.as_of]
        case.update(_bargained(told))
    return cases, undated


def _bargained(lines: list[tuple[int, int, Fact]]) -> dict[str, Any]:
    made: list[dict[str, Any]] = []
    offers: dict[str, dict[str, Any]] = {}
    answers: dict[str, str] = {}
    given: list[dict[str, Any]] = []
    every_objection: list[dict[str, Any]] = []
    objections: dict[str, dict[str, Any]] = {}
    settled: dict[str, bool] = {}
    list_price = None
    for at, _, fact in lines:
        data, when = fact.data, (at, fact.precision)
        if fact.kind == "OfferMade":
            countered = data["in_reply_to"]
            if countered is None and made and made[-1]["side"] != data["side"]:
                countered = made[-1]["offer"]
            if countered != data["offer"]:
                _heard(offers.get(countered), when)
            if data["offer"] in offers:
                answers.pop(data["offer"], None)
            list_price = data["list_price"] or list_price
            offers[data["offer"]] = {**data, "list": list_price, "from": when, "heard": None}
            made.append(offers[data["offer"]])
        elif fact.kind in ANSWERS:
            if fact.kind in ("OfferAccepted", "OfferRejected"):
                _heard(offers.get(data["offer"]), when)
            answers.pop(data["offer"], None)
            answers[data["offer"]] = ANSWERS[fact.kind]
        elif fact.kind == "ConcessionMade":
            given.append(data)
        elif fact.kind == "ObjectionRaised":
            objections[data["objection"]] = {**data, "from": when, "heard": None}
            every_objection.append(objections[data["objection"]])
            settled.pop(data["objection"], None)
        elif fact.kind in ("ObjectionAnswered", "ObjectionSettled"):
            _heard(objections.get(data["objection"]), when)
            if fact.kind == "ObjectionSettled":
                settled[data["objection"]] = data["resolved"]
    return {
        "made": made,
        "offers": offers,
        "answers": answers,
        "given": given,
        "every_objection": every_objection,
        "objections": objections,
        "settled": settled,
        **_priced(made, offers, answers),
    }


def _heard(what: dict[str, Any] | None, when: tuple[int, str]) -> None:
    if what is not None and what["heard"] is None:
        what["heard"] = when


def _priced(
    made: list[dict[str, Any]], offers: dict[str, dict[str, Any]], answers: dict[str, str]
) -> dict[str, Any]:
    ours = [offer for offer in made if offer["side"] == "seller" and offer["price"]]
    taken = [name for name, answer in answers.items() if answer == "accepted"]
    accepted = offers.get(taken[-1]) if taken else None
    if accepted is not None and not accepted["price"]:
        accepted = None
    telling = accepted or (ours[-1] if ours else None)
    first, price = ours[0]["price"] if ours else None, accepted["price"] if accepted else None
    down = None
    if first and price and first["currency"] == price["currency"]:
        down = {"amount": Decimal(first["amount"]) - Decimal(price["amount"]), "currency": first["currency"]}
    return {
        "rounds": len(list(groupby(offer["side"] for offer in made))),
        "list_price": telling["list"] if telling else None,
        "first_price": first,
        "last_price": ours[-1]["price"] if ours else None,
        "accepted_price": price,
        "discount": _off(telling["price"], telling["list"]) if telling else None,
        "conceded": down,
    }


def _off(price: dict[str, str], of: dict[str, str] | None) -> Fraction | None:
    if of is None or of["currency"] != price["currency"] or Decimal(of["amount"]) == 0:
        return None
    return 1 - Fraction(price["amount"]) / Fraction(of["amount"])


def grouped(cases: list[dict[str, Any]], by: tuple[str, ...], *, decided: bool) -> dict[Any, dict[str, Any]]:
    groups: dict[Any, list[dict[str, Any]]] = {} if by else {(): []}
    for case in cases:
        for key in product(*(_values(case, name) for name in by)):
            groups.setdefault(key, []).append(case)
    return {key: _figures(each, decided) for key, each in groups.items()}


def _values(case: dict[str, Any], name: str) -> list[str | None]:
    if name == "reason":
        return list(case["reasons"]) or [None]
    if name == "kind":
        return [(case["closing"] or {}).get("kind")]
    return [case["segment"].get("region") if name == "segment.region" else case["owner"]]


def _figures(cases: list[dict[str, Any]], decided: bool) -> dict[str, Any]:
    ended = _ended(cases, decided)
    numbers = sorted({len(case["offers"]) for case in cases if case["offers"]})
    by_outcome = {
        each: [case for case in cases if case["outcome"] == each] for each in ("won", "lost", "open")
    }
    if decided:
        by_outcome["lost"] = [case for case in by_outcome["lost"] if not _unfit(case)]
    conceded = [case for case in cases if case["conceded"] is not None]
    offers = [offer for case in cases for offer in case["made"]]
    return {
        "deals": len(cases),
        **{each: ended[each] for each in ("won", "lost", "open", "win_rate_count", "too_few")},
        "disqualified": sum(_unfit(case) for case in cases),
        "with_offer": sum(bool(case["offers"]) for case in cases),
        "offers": _offers(cases, ("seller", "buyer", None)),
        "counter_offers": _offers(cases, ("buyer",)),
        "by_offers": [
            {"offers": number, "deals": len(alike), **_ended(alike, decided)}
            for number in numbers
            for alike in [[case for case in cases if len(case["offers"]) == number]]
        ],
        "rounds": spread([Fraction(case["rounds"]) for case in cases if case["offers"]]),
        "discount": _discounts(cases),
        "discount_by_outcome": {each: _discounts(alike) for each, alike in by_outcome.items()},
        "conceded": {
            "deals": len(conceded),
            "amounts": _sums([case["conceded"] for case in conceded]),
            "share": spread(
                [
                    Fraction(case["conceded"]["amount"]) / Fraction(case["first_price"]["amount"])
                    for case in conceded
                    if Decimal(case["first_price"]["amount"])
                ]
            ),
        },
        "concessions": _concessions([each for case in cases for each in case["given"]]),
        "objections": _objections(cases),
        "answer_days": {
            "buyer": _days([offer for offer in offers if offer["side"] == "seller"]),
            "seller": _days([offer for offer in offers if offer["side"] == "buyer"]),
        },
        "objection_answer_days": _days([each for case in cases for each in case["every_objection"]]),
        "behind": {case["deal"]: _behind(case) for case in cases},
    }


def _ended(cases: list[dict[str, Any]], decided: bool) -> dict[str, Any]:
    won, lost, open_ = (sum(case["outcome"] == each for case in cases) for each in ("won", "lost", "open"))
    unfit = sum(_unfit(case) for case in cases)
    few = won + lost - unfit < 5
    lost -= unfit if decided else 0
    rate = round(won / (won + lost), 6) if won + lost else None
    return {"won": won, "lost": lost, "open": open_, "win_rate_count": rate, "too_few": few}


def _unfit(case: dict[str, Any]) -> bool:
    return bool(case["outcome"] == "lost" and case["closing"]["kind"] == "disqualified")


def _offers(cases: list[dict[str, Any]], sides: tuple[str | None, ...]) -> dict[str, int]:
    def side(case: dict[str, Any], name: str) -> str | None:
        return case["offers"][name]["side"] if name in case["offers"] else None

    found = {"made": sum(offer["side"] in sides for case in cases for offer in case["offers"].values())}
    for answer in ANSWERS.values():
        found[answer] = sum(
            each == answer and side(case, name) in sides
            for case in cases
            for name, each in case["answers"].items()
        )
    return found


def _discounts(cases: list[dict[str, Any]]) -> dict[str, Any]:
    return spread([case["discount"] for case in cases if case["discount"] is not None])


def _concessions(all_: list[dict[str, Any]]) -> dict[str, Any]:
    def given(side: str) -> dict[str, Any]:
        theirs = [each for each in all_ if each["side"] == side]
        return {
            "number": len(theirs),
            "in_return": sum(each["in_return_for"] is not None for each in theirs),
            "values": _sums([each["value"] for each in theirs if each["value"]]),
        }

    terms = []
    for term in sorted({each["term"] for each in all_}):
        alike = [each for each in all_ if each["term"] == term]
        ours = [each for each in alike if each["side"] == "seller"]
        terms.append(
            {
                "term": term,
                "given": len(ours),
                "given_in_return": sum(each["in_return_for"] is not None for each in ours),
                "received": len(alike) - len(ours),
            }
        )
    terms.sort(key=lambda each: -each["given"] - each["received"])
    return {"given": given("seller"), "received": given("buyer"), "terms": terms}


def _objections(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    raised: Counter[str | None] = Counter()
    settled: Counter[str | None] = Counter()
    resolved: Counter[str | None] = Counter()
    for case in cases:
        raised.update(each["topic"] for each in case["objections"].values())
        for name, well in case["settled"].items():
            topic = case["objections"][name]["topic"] if name in case["objections"] else None
            settled[topic] += 1
            resolved[topic] += well
    known = sorted(
        {topic for topic in (*raised, *settled) if topic}, key=lambda topic: (-raised[topic], topic)
    )
    return [
        {"topic": topic, "raised": raised[topic], "settled": settled[topic], "resolved": resolved[topic]}
        for topic in (*known, *([None] if None in settled else []))
    ]


def _behind(case: dict[str, Any]) -> dict[str, Any]:
    prices = {
        name: _sums([case[name]])[0] if case[name] else None
        for name in ("list_price", "first_price", "last_price", "accepted_price", "conceded")
    }
    ours = sum(each["side"] == "seller" for each in case["given"])
    return {
        "offers": len(case["offers"]),
        "rounds": case["rounds"],
        **prices,
        "discount": None if case["discount"] is None else round(float(case["discount"]), 6),
        "given": ours,
        "received": len(case["given"]) - ours,
        "raised": len(case["objections"]),
        "settled": len(case["settled"]),
    }


def _sums(worths: list[dict[str, Any]]) -> list[dict[str, str]]:
    sums: dict[str, Decimal] = {}
    for worth in worths:
        sums[worth["currency"]] = sums.get(worth["currency"], Decimal(0)) + Decimal(worth["amount"])
    texts = {currency: f"{amount:f}" for currency, amount in sums.items()}
    return [
        {"amount": text.rstrip("0").rstrip(".") if "." in text else text, "currency": currency}
        for currency, text in sorted(texts.items())
    ]


def _days(asked: list[dict[str, Any]]) -> dict[str, Any]:
    found = []
    for each in asked:
        if each["heard"] is None:
            continue
        (start, exact), (end, also) = each["from"], each["heard"]
        if "unknown" in (exact, also):
            continue
        if "day" in (exact, also):
            first, last = (instant(at).astimezone(ZoneInfo(BERLIN)).date() for at in (start, end))
            found.append(Fraction((last - first).days))
        else:
            found.append(Fraction(end - start, 4))
    return spread(found)


def spread(figures: list[Fraction]) -> dict[str, Any]:
    """Number, median, mean and 75th percentile, linear between neighbours."""
    if not figures:
        return {"n": 0, "median": None, "mean": None, "p75": None}
    ordered = sorted(figures)
    whole, part = divmod(3 * (len(ordered) - 1), 4)
    p75 = ordered[whole]
    if part:
        p75 += Fraction(part, 4) * (ordered[whole + 1] - ordered[whole])
    return {
        "n": len(ordered),
        "median": round(float(median(ordered)), 6),
        "mean": round(float(sum(ordered) / len(ordered)), 6),
        "p75": round(float(p75), 6),
    }
