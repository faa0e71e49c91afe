"""Relays a whole store and ends; as a program, its arguments are the store, Kafka's address and a topic prefix."""

# ruff: noqa: ARG002 - a stopwatch is told more than it counts

import sys
from time import perf_counter

from consumers.relay.relay import run_relay
from domain.errors import Unavailable
from engine.deals import Deals
from engine.settings import Settings


class Stopwatch:
    """Watches a relay and stops it at a position; the seconds from its beginning to there."""

    def __init__(self, upto: int) -> None:
        self._upto = upto
        self._began = self._now = 0.0
        self._position = 0

    @property
    def seconds(self) -> float:
        return self._now - self._began

    def reached(self) -> bool:
        return self._position >= self._upto

    def began(self, position: int) -> None:
        self._began = perf_counter()

    def relayed(self, position: int, events: int, seconds: float) -> None:
        self._now, self._position = perf_counter(), position

    def waiting(self) -> None:
        """Nobody else relays a store of a benchmark."""

    def overtaken(self, why: str) -> None:
        raise AssertionError(why)

    def lost(self, error: Unavailable) -> None:
        raise error

    def back(self) -> None:
        """Nothing was lost."""


def relayed(settings: Settings, batch: int) -> float:
    """Relay the whole store; how many seconds that took, from when it was this relay's turn."""
    with Deals(settings) as deals:
        watch = Stopwatch(deals.head().position)
        run_relay(deals, watch.reached, watch, batch=batch)
    return watch.seconds


if __name__ == "__main__":
    relayed(Settings(store=sys.argv[1], kafka=sys.argv[2], topic_prefix=sys.argv[3]), 2_000)
