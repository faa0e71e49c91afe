"""What goes with winning: the statistics are those of their sources, and chance is called no driver too often."""

from math import exp, log
from random import Random

import pytest
from scipy.stats import binom

from domain.errors import BadInput
from domain.event import Recorded
from projections.asking.question import Question
from projections.causes.causes import causes
from projections.causes.drivers import beside, corrected_together, together
from projections.causes.factors import Factor, Having
from projections.causes.measures import Measures
from projections.causes.proportions import STATED, Share, corrected, difference
from projections.causes.regression import regression
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.planted_causes import lost, store_of, won
from tests.projections.spare_views import views_of

NEEDED = (DealStates(), Outcomes(), Measures(), Pipelines())


def test_the_interval_is_newcombes() -> None:
    # The first, second and fourth examples of his paper (method 10).
    for one, other, low, high in (
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
    ):
        found = difference(one, other)
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_correction_is_holms() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrected([0.5, 0.9]) == [1.0, 1.0]
    assert corrected([]) == []


def test_one_factor_in_a_regression_has_the_odds_ratio_of_its_table() -> None:
    wins = [True] * 30 + [False] * 20 + [True] * 20 + [False] * 30
    has = [True] * 50 + [False] * 50
    effects = regression(wins, [has])
    assert not isinstance(effects, str)
    (effect,) = effects
    assert effect.odds == pytest.approx((30 * 30) / (20 * 20))
    error = (1 / 30 + 1 / 20 + 1 / 20 + 1 / 30) ** 0.5
    assert log(effect.high) == pytest.approx(log(2.25) + 1.959963984540054 * error)
    assert effect.low == pytest.approx(exp(log(2.25) - 1.959963984540054 * error))


def test_a_regression_that_would_pretend_to_know_is_refused() -> None:
    chance = Random(5)
    wins = [chance.random() < 0.5 for _ in range(200)]
    one = [chance.random() < 0.5 for _ in range(200)]
    other = [chance.random() < 0.5 for _ in range(200)]
    assert not isinstance(regression(wins, [one, other]), str)
    assert regression(wins[:30], [one[:30], other[:30]]) == "too-few"
    assert regression(wins, [one, [not each for each in one]]) == "same"
    assert regression(wins, [one, wins]) == "separated"
    decides = [win and chance.random() < 0.3 for win in wins]
    assert regression(wins, [one, decides]) == "separated"


def test_factors_are_looked_at_together_by_the_names_of_the_page() -> None:
    chance = Random(6)
    wins = [chance.random() < 0.5 for _ in range(100)]
    having: list[Having] = [
        (Factor("pushed"), [chance.random() < 0.5 for _ in wins]),
        (Factor("segment.region", "West"), [None, *(chance.random() < 0.5 for _ in wins[1:])]),
    ]
    found = together(wins, having, ["pushed", "segment.region=West"])
    assert found is not None
    assert (found.n, found.refused, len(found.effects)) == (99, None, 2)
    assert together(wins, having, []) is None
    with pytest.raises(BadInput, match=r"Use some of: pushed, segment\.region=West"):
        together(wins, having, ["pushed", "luck"])
    with pytest.raises(BadInput, match="two or more"):
        together(wins, having, ["pushed", "pushed"])


def test_under_the_floor_no_difference_is_told() -> None:
    (found,) = beside([True] * 4 + [False] * 30, [(Factor("pushed"), [True] * 4 + [False] * 30)])
    assert found.found is None
    ((told,),), tested = corrected_together([[found]])
    assert (told.is_difference, tested) == (False, 0)


def test_where_outcomes_are_drawn_at_random_factors_are_called_differences_no_more_often_than_stated(
    torture: bool,
) -> None:
    chance = Random(8)
    stores = 2_000 if torture else 150
    called = alone = side_by_side = 0
    for _ in range(stores):
        wins = [chance.random() < 0.4 for _ in range(120)]
        having: list[Having] = [
            (Factor(f"factor-{number}"), [chance.random() < share for _ in wins])
            for number in range(20)
            for share in (chance.choice((0.1, 0.3, 0.5)),)
        ]
        found = beside(wins, having)
        ((*told,),), _ = corrected_together([found])
        called += any(each.is_difference for each in told)
        alone += any(each.found is not None and each.found.chance <= STATED for each in told)
        several = together(wins, having, [each.word for each, _ in having[:3]])
        assert several is not None
        side_by_side += any(each.is_difference for each in several.effects)
    assert called <= at_most(stores, STATED)
    # Looked at one by one, with nothing for their number, far more would be called.
    assert alone > at_most(stores, STATED)
    # Likelihood ratios are only nearly exact in samples of this size.
    assert side_by_side <= at_most(stores, STATED * 1.2)


def test_in_whole_stores_with_random_outcomes_the_report_calls_as_little(torture: bool) -> None:
    chance = Random(9)
    stores = 200 if torture else 10
    called = sum(_called(_random_store(chance)) for _ in range(stores))
    assert called <= at_most(stores, STATED)


def test_a_planted_cause_is_a_driver() -> None:
    chance = Random(10)
    stories = [won(chance, f"won-{number}") for number in range(80)]
    stories += [lost(chance, f"lost-{number}", "objection" if number % 2 else None) for number in range(80)]
    with store_of(stories) as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED)
        (group,) = causes(views, deals, Question()).groups
    assert group.drivers[0].factor == "objection-unsettled"
    assert [each.factor for each in group.drivers if each.is_difference] == ["objection-unsettled"]


def _random_store(chance: Random) -> list[list[Recorded]]:
    return [(won if chance.random() < 0.5 else lost)(chance, f"D-{number}") for number in range(60)]


def _called(stories: list[list[Recorded]]) -> bool:
    with store_of(stories) as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED)
        (group,) = causes(views, deals, Question()).groups
        return any(each.is_difference for each in group.drivers)


def at_most(draws: int, share: float) -> int:
    """What a count of such draws exceeds once in 10,000 times."""
    return int(binom.ppf(0.9999, draws, share))
