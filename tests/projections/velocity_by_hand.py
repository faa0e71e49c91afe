"""Cycle times, rates and what follows a win, counted by hand from walked deals; nothing of the projections is used."""

from fractions import Fraction
from typing import Any

from tests.projections.stage_histories import Told
from tests.projections.walked_by_hand import FLOOR, Counted, Walked, grouped, lasted, spread, walk

DAY = 4
"""Quarters of a day a day."""

Money = dict[str, Fraction]


def velocity_by_hand(
    told: Told, asked: Counted, by: tuple[str, ...], *, since_sql: bool
) -> tuple[dict[tuple[Any, ...], dict[str, Any]], int]:
    """The figures of each group, and how many deals have no date to count them by."""
    deals, unopened = walk(told, asked)
    deals = [deal for deal in deals if asked.pipeline in (None, deal["pipeline"])]
    undated = sum(asked.pipeline in (None, each["pipeline"]) for each in unopened)
    if asked.bounded:
        undated += sum("unknown" in (deal["opened"][1], _closing(deal)["precision"]) for deal in deals)
    counted = [
        deal for deal in deals if deal["outcome"] == "open" or _opened(deal, asked) or _closed(deal, asked)
    ]
    return {
        key: _group(members, asked, since_sql=since_sql) for key, members in grouped(counted, by).items()
    }, undated


def _closing(deal: Walked) -> dict[str, Any]:
    return deal["closing"] or {"precision": "instant", "kind": None}


def _opened(deal: Walked, asked: Counted) -> bool:
    return asked.holds(*deal["opened"])


def _closed(deal: Walked, asked: Counted) -> bool:
    return bool(deal["closing"]) and asked.holds(deal["closing"]["at"], deal["closing"]["precision"])


def _group(deals: list[Walked], asked: Counted, *, since_sql: bool) -> dict[str, Any]:
    closed = [deal for deal in deals if _closed(deal, asked)]
    won = [deal for deal in closed if deal["outcome"] == "won"]
    every_lost = [deal for deal in closed if deal["outcome"] == "lost"]
    fitting = [deal for deal in every_lost if deal["closing"]["kind"] != "disqualified"]
    lost = fitting if asked.decided else every_lost
    few = len(won) + len(fitting) < FLOOR
    rate = Fraction(len(won), len(won) + len(lost)) if won or lost else None
    opened = [deal for deal in deals if _opened(deal, asked)]
    return {
        "won": len(won),
        "lost": len(lost),
        "disqualified": len(every_lost) - len(fitting),
        "win_rate_count": _six(rate),
        "too_few": few,
        "cycle_days": {
            "won": spread(_cycles(won, since_sql=since_sql), DAY),
            "lost": spread(_cycles(lost, since_sql=since_sql), DAY),
            "without_start": sum(since_sql and not deal["closing"]["sql"] for deal in won + lost),
        },
        "sales_velocity": _velocity(deals, won, rate, few=few, since_sql=since_sql),
        "close_rate": {
            "won": len(won),
            "opened": len(opened),
            "rate": _six(Fraction(len(won), len(opened)) if opened else None),
            "too_few": len(opened) < FLOOR,
        },
        "cohort": _cohort(opened, decided=asked.decided),
        "after_win": {step: _after(won, step) for step in ("contract", "delivery", "first_payment", "paid")},
    }


def _cycles(deals: list[Walked], *, since_sql: bool) -> list[int]:
    starts = [(deal["closing"]["sql"] if since_sql else deal["opened"], deal) for deal in deals]
    times = [lasted(start, deal["closing"]["when"]) for start, deal in starts if start]
    return [each for each in times if each is not None]


def _velocity(
    deals: list[Walked], won: list[Walked], rate: Fraction | None, *, few: bool, since_sql: bool
) -> dict[str, Any]:
    open_ = sum(deal["outcome"] == "open" for deal in deals)
    cycles = _cycles(won, since_sql=since_sql)
    days = Fraction(sum(cycles), DAY * len(cycles)) if cycles else None
    priced = [deal["closing"]["amount"] for deal in won if deal["closing"]["amount"]]
    means: Money = {}
    for amount in priced:
        share = Fraction(amount["amount"]) / len(priced)
        means[amount["currency"]] = means.get(amount["currency"], Fraction(0)) + share
    speeds = {name: open_ * mean * (rate or 0) / days for name, mean in means.items()} if days else {}
    return {
        "open": open_,
        "mean_amounts": _money(means),
        "win_rate": _six(rate),
        "mean_cycle_days": _six(days),
        "per_day": _money(speeds),
        "too_few": few,
    }


def _cohort(opened: list[Walked], *, decided: bool) -> dict[str, Any]:
    outcomes = [deal["outcome"] for deal in opened]
    unfit = sum(_closing(deal)["kind"] == "disqualified" for deal in opened)
    lost = outcomes.count("lost") - (unfit if decided else 0)
    whole = len(opened) - (unfit if decided else 0)
    return {
        "opened": len(opened),
        "won": outcomes.count("won"),
        "lost": lost,
        "open": outcomes.count("open"),
        "disqualified": unfit,
        "win_rate": _six(Fraction(outcomes.count("won"), whole) if whole else None),
        "open_share": _six(Fraction(outcomes.count("open"), whole) if whole else None),
        "too_few": whole < FLOOR,
    }


def _after(won: list[Walked], step: str) -> dict[str, Any]:
    waited = [waited_by_hand(deal, step) for deal in won]
    dated = [each for each in waited if isinstance(each, int)]
    return {
        "days": spread(dated, DAY),
        "open": waited.count("open"),
        "undated": waited.count("undated"),
        "too_few": len(dated) < FLOOR,
    }


def waited_by_hand(deal: Walked, step: str) -> int | str:
    """Quarters of a day from the win to the step; `open` or `undated` where there are none."""
    reached = None
    if step == "paid" and deal["closing"]["amount"] and Fraction(deal["closing"]["amount"]["amount"]):
        due = deal["closing"]["amount"]
        came = Fraction(0)
        for kind, data, when in deal["milestones"]:
            if kind == "PaymentReceived" and data["amount"]["currency"] == due["currency"] and not reached:
                came += Fraction(data["amount"]["amount"])
                reached = when if came >= Fraction(due["amount"]) else None
    else:
        wanted = {"contract": "ContractSigned", "delivery": "DeliveryCompleted"}.get(step, "PaymentReceived")
        reached = next((when for kind, _, when in deal["milestones"] if kind == wanted), None)
    if reached is None:
        return "open"
    won = deal["closing"]["when"]
    if "unknown" in (won[1], reached[1]):
        return "undated"
    return max(lasted(won, reached) or 0, 0)


def _six(figure: Fraction | None) -> float | None:
    return None if figure is None else round(float(figure), 6)


def _money(sums: Money) -> list[dict[str, str]]:
    told = []
    for currency, amount in sorted(sums.items()):
        text = f"{round(amount * 10_000) / 10_000:.4f}".rstrip("0").rstrip(".")
        told.append({"amount": text, "currency": currency})
    return told
