"""The figures about follow-ups, counted by hand from the deals that were told by hand."""

from itertools import product
from statistics import fmean, median
from typing import Any

from tests.projections.followups_by_hand import ROLES


def grouped(found: list[dict[str, Any]], by: tuple[str, ...]) -> dict[Any, dict[str, Any]]:
    """The figures of each group, without its `by`."""
    groups: dict[Any, list[dict[str, Any]]] = {} if by else {(): []}
    for deal in found:
        for key in product(*([deal[name]] for name in by)):
            groups.setdefault(key, []).append(deal)
    return {key: _figures(deals) for key, deals in groups.items()}


def _figures(deals: list[dict[str, Any]]) -> dict[str, Any]:
    still_open = [deal for deal in deals if deal["outcome"] == "open"]
    items = [item for deal in deals for item in deal["follow_ups"]]
    people = [
        {
            "person": person,
            **_counts([item for item in items if item["person"] == person]),
            "kinds": _kinds([item for item in items if item["person"] == person]),
        }
        for person in {item["person"] for item in items}
    ]
    quiet = [deal["silence"] for deal in still_open if deal["silence"]]
    compared = [each for each in quiet if each["longer"] is not None]
    longer = sum(each["longer"] for each in compared)
    single = sum(deal["single_threaded"] for deal in still_open)
    return {
        "deals": len(deals),
        "open": len(still_open),
        "too_few": len(still_open) < 5,
        "follow_ups": _counts(items),
        "kinds": _kinds(items),
        "people": sorted(
            people, key=lambda each: (each["person"] is None, -each["overdue"], -each["due"], each["person"])
        ),
        "no_next_step": sum(deal["no_next_step"] for deal in still_open),
        "first_response": _response(deals, "first_response_hours", "responded"),
        "lead_response": _response(deals, "lead_response_hours", "lead_responded"),
        "silence": {
            "days": _spread([each["exact"] for each in quiet]),
            "compared": len(compared),
            "longer": longer,
            "share": _share(longer, len(compared)),
            "too_few": len(compared) < 5,
        },
        "single_threaded": {"deals": single, "share": _share(single, len(still_open))},
        "chain": [_role(role, still_open) for role in ROLES],
        "behind": sorted(map(_rounded, deals), key=lambda deal: deal["deal"]),
    }


def _rounded(deal: dict[str, Any]) -> dict[str, Any]:
    """The deal as it is answered: without the figure that a spread is made of before it is rounded."""
    silence = deal["silence"]
    return {
        **deal,
        "silence": silence and {name: each for name, each in silence.items() if name != "exact"},
    }


def _counts(items: list[dict[str, Any]]) -> dict[str, int]:
    counts = {"open": len(items), "overdue": 0, "due": 0, "later": 0, "no_date": 0}
    for item in items:
        counts[item["when"].replace("-", "_")] += 1
    return counts


def _kinds(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kinds = ("next-step", "task", "question", "offer", "touchpoint")
    of_kind = {kind: [item for item in items if item["kind"] == kind] for kind in kinds}
    return [{**_counts(each), "kind": kind} for kind, each in of_kind.items() if each]


def _response(deals: list[dict[str, Any]], hours: str, answered: str) -> dict[str, Any]:
    missing = [deal["outcome"] == "open" for deal in deals if deal[answered] is False]
    return {
        "hours": _spread([deal[hours] for deal in deals if deal[hours] is not None]),
        "waiting": sum(missing),
        "never": len(missing) - sum(missing),
        "undated": sum(deal[answered] is True and deal[hours] is None for deal in deals),
    }


def _role(role: str, deals: list[dict[str, Any]]) -> dict[str, Any]:
    known = [each for deal in deals for each in deal["roles"] if each["role"] == role]
    met = sum(each["met"] for each in known)
    shares = {"share_known": _share(len(known), len(deals)), "share_met": _share(met, len(deals))}
    return {"role": role, "known": len(known), "met": met, **shares}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _spread(figures: list[float]) -> dict[str, Any]:
    if not figures:
        return {"n": 0, "median": None, "mean": None, "p75": None}
    figures.sort()
    whole, part = divmod(3 * (len(figures) - 1), 4)
    p75 = figures[whole] if not part else figures[whole] + part / 4 * (figures[whole + 1] - figures[whole])
    return {
        "n": len(figures),
        "median": round(median(figures), 6),
        "mean": round(fmean(figures), 6),
        "p75": round(p75, 6),
    }
