"""What changed in the open pipeline between two instants: the waterfall of past.md."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from domain.errors import BadInput
from engine.clock import from_micros
from engine.deals import Deals
from projections.asking.amounts import plain
from projections.asking.asked import Asked, Filters
from projections.asking.rates import Base
from projections.asking.report_answer import in_base
from projections.running.views import Views
from projections.states.as_of import states_on
from projections.states.waterfall_answer import (
    BUCKETS,
    Bucket,
    ChangesAnswer,
    Closing,
    CurrencyChanges,
    Move,
)
from projections.states.waterfall_rows import Looking
from projections.states.waterfall_sums import Filled, Place, Put, Waterfall, Waterfalls


def changes(
    views: Views,
    deals: Deals,  # noqa: ARG001 - every question is put like this
    start: datetime,
    end: datetime,
    *,
    known_at: datetime | None = None,
    closing: tuple[date, date] | None = None,
    filters: Filters | None = None,
    currency: str | None = None,
    by: str | None = None,
    bucket: str | None = None,
    net: bool = False,
    as_reported: bool = False,
    with_deals: bool = False,
    base: Base | None = None,
) -> ChangesAnswer:
    """How the open pipeline as of `start` became that as of `end`, both as known at `known_at`.

    `closing`: only deals expected to close on one of those days (half-open). `net`: one bucket a deal, by
    where it stands at both ends. `as_reported`: it starts from what was known at `start`. In `base` all amounts
    are converted. BadInput for a start after the end, or a dimension or bucket that does not exist.
    """
    if start > end:
        raise BadInput(f"{start.isoformat()} lies after {end.isoformat()}. Give the earlier instant first.")
    if bucket is not None and bucket not in BUCKETS:
        raise BadInput(f"There is no bucket {bucket!r}. Use one of: {', '.join(BUCKETS)}.")
    if base is not None and currency is not None:
        raise BadInput("Amounts are shown in one currency or converted to another, not both: leave one out.")
    window = None if closing is None else (closing[0].isoformat(), closing[1].isoformat())
    at_start, at_end = Asked(start, known_at), Asked(end, known_at)
    with views.engine.connect() as connection:
        looking = Looking(connection, states_on(views, connection), filters or Filters(), window, by, base)
        before, after = looking.ends(at_start, closed=net), looking.ends(at_end, closed=net)
        reported = looking.ends(Asked(start, start), closed=False) if as_reported else None
        waterfalls = Waterfalls(window, currency, grouped=by is not None, with_deals=with_deals)
        events = None if net else looking.movements(at_start, at_end)
        waterfalls.add(before, after, reported, events)
    return ChangesAnswer(
        from_=start,
        to=end,
        known_at=known_at,
        closing=None if closing is None else Closing(from_=closing[0], to=closing[1]),
        net=net,
        as_reported=as_reported,
        base=None if base is None else in_base(base),
        currencies=tuple(
            _told(place, waterfalls.falls[place], by, bucket, with_deals=with_deals)
            for place in sorted(waterfalls.falls, key=_order)
        ),
    )


def _order(place: Place) -> tuple[bool, str, str]:
    return place.group is None, place.group or "", place.currency or ""


def _told(
    place: Place, fall: Waterfall, by: str | None, bucket: str | None, *, with_deals: bool
) -> CurrencyChanges:
    wanted = [each for each in BUCKETS if each in fall.buckets and bucket in (None, each)]
    return CurrencyChanges(
        currency=place.currency,
        by=None if by is None else {by: place.group},
        start=plain(fall.start),
        end=plain(fall.end),
        balanced=fall.balanced,
        buckets=tuple(_bucket(each, fall.buckets[each], with_deals=with_deals) for each in wanted),
    )


def _bucket(name: str, filled: Filled, *, with_deals: bool) -> Bucket:
    return Bucket(
        bucket=name,
        amount=plain(filled.amount),
        deals=len(filled.deals),
        behind=tuple(_moves(filled.puts)) if with_deals else None,
    )


def _moves(puts: list[Put]) -> Iterator[Move]:
    """The largest first, whichever way they go."""
    for put in sorted(puts, key=lambda put: (-abs(put.amount), put.title, put.deal)):
        event = put.event
        yield Move(
            deal=UUID(bytes=put.deal),
            title=put.title,
            at=None if event is None else from_micros(event.at),
            version=None if event is None else event.version,
            type=None if event is None else event.type,
            amount=plain(put.amount),
        )
