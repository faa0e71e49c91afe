"""Waiting for what cannot be used now, and for the log to go on."""

from math import inf
from threading import Timer
from time import monotonic

from domain.errors import Unavailable
from engine.log import Log
from engine.waiting import LATEST, SOONEST, Patience, rest, rest_behind
from tests.engine.appending import FIRST, entry, fill

AWAY = Unavailable("Kafka is away.")


class Heard:
    """What whoever watches was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def lost(self, error: Unavailable) -> None:
        self.told.append(str(error))

    def back(self) -> None:
        self.told.append("back")


def test_what_is_away_is_told_once_and_so_is_that_all_of_it_is_back() -> None:
    heard = Heard()
    patience = Patience(heard)
    for what in ("Kafka", "the state", "Kafka"):
        patience.lost(what, AWAY)
    patience.back("Kafka")
    assert heard.told == ["Kafka is away."]
    patience.back("the state")
    patience.back("the state")
    assert heard.told == ["Kafka is away.", "back"]
    patience.lost("Kafka", AWAY)
    assert heard.told == ["Kafka is away.", "back", "Kafka is away."]


def test_one_waits_longer_each_time_and_soonest_again_when_it_was_back() -> None:
    patience = Patience(Heard())
    pauses = [patience.lost("Kafka", AWAY) - monotonic() for _ in range(12)]
    assert pauses[0] <= SOONEST
    assert all(pause <= min(SOONEST * 2**nth, LATEST) for nth, pause in enumerate(pauses))
    assert pauses[-1] > LATEST / 2 - 1
    patience.back("Kafka")
    assert patience.lost("Kafka", AWAY) - monotonic() <= SOONEST


def test_what_is_no_longer_ours_to_try_keeps_nobody_from_being_told() -> None:
    heard = Heard()
    patience = Patience(heard)
    patience.lost("partition 3", AWAY)
    patience.lost("Kafka", AWAY)
    patience.forget("partition 3")
    patience.back("Kafka")
    assert heard.told == ["Kafka is away.", "back"]


def test_whoever_shall_stop_does_not_wait_to_the_end(log: Log) -> None:
    began = monotonic()
    rest(inf, lambda: monotonic() > began + 0.1)
    rest_behind(log, 0, 60, lambda: monotonic() > began + 0.2)
    assert monotonic() - began < 30


def test_one_waits_behind_the_log_until_it_goes_on_or_the_time_is_over(log: Log) -> None:
    fill(log, 1)
    began = monotonic()
    rest_behind(log, 1, 0.2, lambda: False)
    assert monotonic() - began >= 0.2
    late = Timer(0.2, log.append, args=([entry(FIRST, 1)],))
    late.start()
    rest_behind(log, 1, 60, lambda: False)
    late.join()
    assert monotonic() - began < 30
