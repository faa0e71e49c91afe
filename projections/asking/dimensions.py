"""By what closed and open deals can be put into groups, and in which order groups of each kind stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.errors import BadInput
from projections.asking.periods import Moment, month_of, quarter_of

Value = str | None


@dataclass(frozen=True, slots=True)
class Closing:
    """The outcome that stands at the instant that is asked about."""

    version: int
    occurred_at: Moment
    read_at: Moment
    amount: int | None
    currency: str | None
    kind: str | None
    closed_by: str
    stage: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A deal that counts at that instant: what it is, how it stands, and why it ended so."""

    deal: bytes
    title: str
    outcome: str
    owner: Value
    account: Value
    lead_source: Value
    campaign: Value
    pipeline: str
    revision: int
    stage: Value
    segments: Mapping[str, str]
    opened: Moment
    closing: Closing | None
    reasons: tuple[str, ...]
    competitors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to group: the values that a case has of it (one, or several where groups overlap)."""

    name: str
    values: Callable[[Case], Sequence[Value]]
    of_time: bool = False
    overlapping: bool = False


NAMES = (
    "owner",
    "account",
    "lead-source",
    "campaign",
    "pipeline",
    "segment.<name>",
    "reason",
    "kind",
    "competitor",
    "stage-at-close",
    "closed-by",
    "closed-month",
    "closed-quarter",
    "opened-month",
    "opened-quarter",
)
"""What `dimension` takes."""


def dimension(name: str, zone: ZoneInfo, also: Sequence[str] = ()) -> Dimension:
    """The dimension of that name, months and quarters in `zone`; BadInput lists those there are, and `also` these."""
    if name.startswith("segment.") and name != "segment.":
        segment = name.removeprefix("segment.")
        return _single(name, lambda case: case.segments.get(segment))
    known = {each.name: each for each in (*_OF_DEALS, *_OF_CLOSINGS, *_of_time(zone))}
    if name not in known:
        raise BadInput(f"There is no grouping by {name!r}. Use one of: {', '.join([*also, *NAMES])}.")
    return known[name]


def _single(name: str, value: Callable[[Case], Value], *, of_time: bool = False) -> Dimension:
    return Dimension(name, lambda case: (value(case),), of_time=of_time)


def _of_closing(name: str, value: Callable[[Closing], Value], *, of_time: bool = False) -> Dimension:
    return _single(
        name, lambda case: value(case.closing) if case.closing is not None else None, of_time=of_time
    )


_OF_DEALS = (
    _single("owner", lambda case: case.owner),
    _single("account", lambda case: case.account),
    _single("lead-source", lambda case: case.lead_source),
    _single("campaign", lambda case: case.campaign),
    _single("pipeline", lambda case: case.pipeline),
    Dimension("reason", lambda case: case.reasons or (None,), overlapping=True),
    Dimension("competitor", lambda case: case.competitors or (None,), overlapping=True),
)

_OF_CLOSINGS = (
    _of_closing("kind", lambda closing: closing.kind),
    _of_closing("stage-at-close", lambda closing: closing.stage),
    _of_closing("closed-by", lambda closing: closing.closed_by),
)


def _of_time(zone: ZoneInfo) -> tuple[Dimension, ...]:
    def month(moment: Moment) -> Value:
        return None if moment.precision == "unknown" else month_of(moment.at, zone)

    def quarter(moment: Moment) -> Value:
        return None if moment.precision == "unknown" else quarter_of(moment.at, zone)

    return (
        _of_closing("closed-month", lambda closing: month(closing.occurred_at), of_time=True),
        _of_closing("closed-quarter", lambda closing: quarter(closing.occurred_at), of_time=True),
        _single("opened-month", lambda case: month(case.opened), of_time=True),
        _single("opened-quarter", lambda case: quarter(case.opened), of_time=True),
    )
