"""A log that nobody touched gives no alarm, however it came about."""

from pathlib import Path
from random import Random
from uuid import uuid5

from engine.ids import DEALTRAIL
from engine.log import Log
from engine.verify import Anchor, verify
from tests.end_to_end.racer import entries, opened


def test_no_log_that_was_left_alone_gives_an_alarm(tmp_path: Path, torture: bool) -> None:
    runs = 1_000 if torture else 25
    events = 0
    for run in range(runs):
        chance = Random(run)
        store = tmp_path / f"{run}.db"
        anchors = _written(store, chance)
        log = opened(f"sqlite:///{store}")
        head = log.head()
        assert [verify(log, anchor) for anchor in anchors] == [head] * len(anchors)
        log.close()
        events += head.position
        for left in tmp_path.glob(f"{run}.db*"):
            left.unlink()
    print(f"{runs} logs of {events} events verified against 3 anchors each: 0 alarms")  # noqa: T201


def _written(store: Path, chance: Random) -> list[Anchor]:
    """Commands of one to forty events to some deals, by processes that came and went; anchors taken meanwhile."""
    versions = dict.fromkeys((uuid5(DEALTRAIL, f"clean {deal}") for deal in range(chance.randint(1, 9))), 0)
    anchors: list[Anchor] = []
    for process in range(3):
        log = opened(f"sqlite:///{store}")
        for nth in range(chance.randint(1, 12)):
            stream = chance.choice(list(versions))
            count = chance.choice((1, 1, 2, 40))
            log.append(entries(stream, versions[stream] + 1, count, f"{process}.{nth}"))
            versions[stream] += count
        anchors.append(_anchor(log))
        log.close()
    return anchors


def _anchor(log: Log) -> Anchor:
    head = log.head()
    return Anchor(head.position, head.digest)
