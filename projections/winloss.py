"""Why and how often deals were won or lost: counts, rates, amounts and cycle times by group."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import product
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.errors import BadInput
from engine.clock import from_micros, to_micros
from engine.deals import Deals
from projections.amounts import Amount, amounts, plain, totals
from projections.asked import Asked, Filters
from projections.cycle import spread
from projections.dimensions import Case, Closing, Dimension, Value, dimension
from projections.periods import duration
from projections.rates import Base
from projections.views import Views
from projections.winloss_answer import (
    CycleDays,
    DealBehind,
    InBase,
    RateUsed,
    ValueRate,
    WinLossAnswer,
    WinLossGroup,
)
from projections.winloss_cases import cases_of

FLOOR = 5
"""Ratios over fewer decided deals say nothing."""

Key = tuple[Value, ...]
Worth = Callable[[Closing], tuple[int | None, str | None]]


def winloss(
    views: Views,
    deals: Deals,
    asked: Asked,
    *,
    by: Sequence[str] = (),
    start: datetime | None = None,
    end: datetime | None = None,
    filters: Filters | None = None,
    decided: bool = False,
    base: Base | None = None,
    zone: ZoneInfo | None = None,
    with_deals: bool = False,
) -> WinLossAnswer:
    """The win/loss figures as of an instant, in groups `by` none, one or two dimensions.

    With `start` (included) or `end` (excluded) only deals whose outcome happened then are in it. With
    `decided`, disqualified deals stand beside the lost ones. Amounts are those of the closing events, per
    currency or converted to `base`. Months, quarters and days are those of `zone` (None: the store's).
    BadInput for an unknown dimension, the same one twice, or a rate that the table lacks.
    """
    zone = zone or deals.zone
    dimensions = [dimension(name, zone) for name in by]
    if len(set(by)) < len(by):
        raise BadInput(f"The grouping by {by[0]!r} was asked for twice. Name two different ones.")
    cases, undated = cases_of(views, deals, asked, filters or Filters(), by)
    if start is not None or end is not None:
        cases, undated_closings = _closed_between(cases, start, end)
        undated += undated_closings
    groups = _grouped(cases, dimensions)

    def worth(closing: Closing) -> tuple[int | None, str | None]:
        if base is None or closing.amount is None or closing.currency is None:
            return closing.amount, closing.currency
        return base.convert(closing.amount, closing.currency), base.currency

    answered = [
        _group(
            dict(zip(by, key, strict=True)),
            groups[key],
            decided=decided,
            worth=worth,
            zone=zone,
            with_deals=with_deals,
        )
        for key in _in_order(groups, dimensions)
    ]
    return WinLossAnswer(
        as_of=asked.as_of or deals.clock(),
        known_at=asked.known_at,
        from_=start,
        to=end,
        timezone=zone.key,
        decided=decided,
        floor=FLOOR,
        overlapping=any(each.overlapping for each in dimensions),
        undated=undated,
        base=None if base is None else in_base(base),
        groups=tuple(answered),
    )


def _closed_between(
    cases: Iterable[Case], start: datetime | None, end: datetime | None
) -> tuple[list[Case], int]:
    """The cases closed in [start, end), and how many closed ones have no date to tell by."""
    first = None if start is None else to_micros(start)
    after = None if end is None else to_micros(end)
    inside, undated = [], 0
    for case in cases:
        if case.closing is None:
            continue
        moment = case.closing.occurred_at
        if moment.precision == "unknown":
            undated += 1
        elif (first is None or first <= moment.at) and (after is None or moment.at < after):
            inside.append(case)
    return inside, undated


def _grouped(cases: Sequence[Case], dimensions: Sequence[Dimension]) -> dict[Key, list[Case]]:
    groups: dict[Key, list[Case]] = defaultdict(list)
    if not dimensions:
        groups[()] = list(cases)
    for case in cases if dimensions else ():
        for key in product(*(each.values(case) for each in dimensions)):
            groups[key].append(case)
    return groups


def _in_order(groups: dict[Key, list[Case]], dimensions: Sequence[Dimension]) -> list[Key]:
    """Periods by time, others by their number of deals, then by name; null last."""
    sizes: list[Counter[Value]] = [Counter() for _ in dimensions]
    for key, cases in groups.items():
        for size, value in zip(sizes, key, strict=True):
            size[value] += len(cases)

    def place(key: Key) -> tuple[tuple[bool, int, str], ...]:
        return tuple(
            (value is None, 0 if each.of_time else -size[value], value or "")
            for each, size, value in zip(dimensions, sizes, key, strict=True)
        )

    return sorted(groups, key=place)


def _group(
    by: dict[str, str | None],
    cases: Sequence[Case],
    *,
    decided: bool,
    worth: Worth,
    zone: ZoneInfo,
    with_deals: bool,
) -> WinLossGroup:
    won = [case for case in cases if case.outcome == "won"]
    all_lost = [case for case in cases if case.outcome == "lost"]
    fitting = [case for case in all_lost if case.closing is None or case.closing.kind != "disqualified"]
    lost = fitting if decided else all_lost
    won_worth, lost_worth = _worths(won, worth), _worths(lost, worth)
    closed = len(won) + len(lost)
    return WinLossGroup(
        by=by,
        deals=len(cases),
        won=len(won),
        lost=len(lost),
        open=len(cases) - len(won) - len(all_lost),
        disqualified=len(all_lost) - len(fitting),
        win_rate_count=round(len(won) / closed, 6) if closed else None,
        win_rate_value=_value_rates(won_worth, lost_worth),
        too_few=len(won) + len(fitting) < FLOOR,
        won_amounts=amounts(won_worth),
        lost_amounts=amounts(lost_worth),
        cycle_days=CycleDays(won=spread(_cycles(won, zone)), lost=spread(_cycles(lost, zone))),
        behind=tuple(_behind(case, worth) for case in cases) if with_deals else None,
    )


def _worths(cases: Iterable[Case], worth: Worth) -> dict[str, int]:
    return totals(worth(case.closing) for case in cases if case.closing is not None)


def _value_rates(won: dict[str, int], lost: dict[str, int]) -> tuple[ValueRate, ...]:
    both = {each: won.get(each, 0) + lost.get(each, 0) for each in sorted({*won, *lost})}
    return tuple(
        ValueRate(currency=each, rate=round(won.get(each, 0) / total, 6))
        for each, total in both.items()
        if total
    )


def _cycles(cases: Iterable[Case], zone: ZoneInfo) -> list[int]:
    """Opening to closing of each; those with an undated end have none."""
    found = (duration(case.opened, case.closing.read_at, zone) for case in cases if case.closing is not None)
    return [each for each in found if each is not None]


def _behind(case: Case, worth: Worth) -> DealBehind:
    closing = case.closing
    units, currency = (None, None) if closing is None else worth(closing)
    dated = closing is not None and closing.occurred_at.precision != "unknown"
    return DealBehind(
        deal=UUID(bytes=case.deal),
        title=case.title,
        owner=case.owner,
        outcome=case.outcome,
        kind=None if closing is None else closing.kind,
        closed_at=from_micros(closing.occurred_at.at) if closing is not None and dated else None,
        amount=Amount(amount=plain(units), currency=currency)
        if units is not None and currency is not None
        else None,
    )


def in_base(base: Base) -> InBase:
    used = [base.used[each] for each in sorted(base.used)]
    rates = tuple(
        RateUsed(date=rate.date, from_=rate.currency, to=rate.into, rate=str(rate.rate)) for rate in used
    )
    return InBase(currency=base.currency, day=base.day, rates=rates)
