"""Stored events as programs get them: every field that is stored, as vocabulary and Kafka name them."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine.clock import from_micros

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from engine.deals import Deals
    from engine.log import Row


def stored(row: "Row") -> dict[str, Any]:
    """One event: position, recorded_at and digest (hex), then its state as it lies in the store."""
    return {
        "position": row.position,
        "recorded_at": from_micros(row.recorded_at).isoformat().replace("+00:00", "Z"),
        "digest": row.digest.hex(),
        **json.loads(row.state),
    }


def stored_at(deals: "Deals", positions: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The events at these positions, in that order."""
    for position in positions:
        yield from map(stored, deals.store.rows(position - 1, 1))
