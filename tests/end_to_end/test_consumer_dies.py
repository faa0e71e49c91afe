"""Whenever a consumer's process is killed, every event still has its effect once, in its deal's order."""

from collections import Counter

from consumers.running.going_on import release
from tests.consumers.running.operated import LATER
from tests.end_to_end.consumer_deaths import POINTS
from tests.end_to_end.consumer_feed import deal
from tests.end_to_end.consumer_story import Story

KILLED = -9


def test_each_effect_is_there_once_wherever_the_process_died(told: Story, torture: bool) -> None:
    deaths = Counter[str]()
    wrong: list[tuple[int, int]] = []
    # In the short form each database has its half.
    points = POINTS if torture else POINTS["postgres" in told.url :: 2]
    for turn in range(10 if torture else 1):
        for place, point in enumerate(told.chance.sample(points, len(points))):
            fails = 1_000 + turn * len(points) + place, told.chance.randint(1, 3)
            wrong.append(fails)
            told.record([*range(12), fails[0]], 4, poison=3)
            if point == "while a deal is taken up":
                told.finish(told.start(wrong=wrong, attempts=1))
                release(told.state, told.group, [deal(nth) for nth, _ in wrong], LATER)
                told.record([fails[0]], 2)
            nth = told.chance.randint(1, 20) if point == "in the job" else 1
            process = told.start(dies=point, nth=nth, wrong=wrong, attempts=1)
            assert told.children.wait(process) == KILLED, f"{point}: {told.told()}"
            deaths[point] += 1
    told.finish(told.start(wrong=wrong, attempts=1))
    assert told.faults(wrong) == {}
    assert told.words == ""
    assert told.status().dead_letters >= told.poison
    assert set(deaths) == set(points)
    print(  # noqa: T201
        f"{told.url.partition(':')[0]}: consumer killed at {len(points)} named points: {sum(deaths.values())} kills, "
        f"{len(told.records())} events, {told.repeated} sent twice, {told.poison} that were none"
    )
