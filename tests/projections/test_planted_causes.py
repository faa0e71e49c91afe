"""Autopsies find what was planted, and call nothing a difference more often than they say."""

from collections import Counter
from random import Random

from scipy.stats import binom

from domain.deal.reading import standing
from projections.asking.asked import Asked
from projections.causes.autopsy import autopsy
from projections.causes.facts_of_deals import facts_of_story
from projections.causes.measures import Measures, measured
from projections.causes.unusual import STATED, Facts, compared
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.planted_causes import CAUSES, ORDINARY, lost, store_of, stream_of, won
from tests.projections.spare_views import views_of

NEEDED = (DealStates(), Outcomes(), Measures(), Pipelines())


def test_an_autopsy_names_the_planted_cause_among_its_first_three(torture: bool) -> None:
    chance = Random(4)
    each, stores = 75, 7 if torture else 1
    named = Counter[str]()
    for _ in range(stores):
        stories = [won(chance, f"won-{number}") for number in range(150)]
        planted = {f"{cause}-{number}": cause for cause in CAUSES for number in range(each)}
        stories += [lost(chance, name, cause) for name, cause in planted.items()]
        with store_of(stories) as deals, views_of(deals) as views:
            catch_up(views, deals, NEEDED)
            for name, cause in planted.items():
                facts = autopsy(views, deals, stream_of(name), Asked()).facts
                named[cause] += any(fact.fact in CAUSES[cause] for fact in facts[:3])
    assert {cause: named[cause] >= 0.95 * each * stores for cause in CAUSES} == dict.fromkeys(CAUSES, True)


def test_where_the_outcome_is_drawn_at_random_no_fact_is_a_difference_more_often_than_stated(
    torture: bool,
) -> None:
    chance = Random(11)
    pool = [facts_of(chance, number) for number in range(2_000 if torture else 250)]
    stores = 5_000 if torture else 500
    called = beyond = 0
    for _ in range(stores):
        one, *others = chance.sample(pool, chance.randint(20, 80))
        found = compared(one, others)
        called += any(each.is_difference for each in found.values())
        beyond += any(each.percentile is not None and each.percentile > 95 for each in found.values())
    assert called <= at_most(stores, STATED)
    # Looking at each fact by itself, with nothing for their number, calls far more of them.
    assert beyond > at_most(stores, STATED)


def test_a_fact_that_no_won_deal_comes_near_is_a_difference() -> None:
    chance = Random(12)
    pool = [facts_of(chance, number) for number in range(60)]
    silent = {fact: 40 * value if fact.name == "silence" else value for fact, value in pool[0].items()}
    told = compared(silent, pool[1:])
    assert any(each.is_difference for fact, each in told.items() if fact.name == "silence")
    few = compared(silent, pool[1:19])
    assert not any(each.is_difference for each in few.values())
    none = compared(silent, pool[1:5])
    assert {each.too_few for each in none.values()} == {True}


def facts_of(chance: Random, number: int) -> Facts:
    """The facts of a deal as a fold over its rows finds them."""
    deal = measured(standing(lost(chance, f"D-{number}")))
    return {fact: measure.value for fact, measure in facts_of_story(deal, ORDINARY).items()}


def at_most(draws: int, share: float) -> int:
    """What a count of such draws exceeds once in 10,000 times."""
    return int(binom.ppf(0.9999, draws, share))
