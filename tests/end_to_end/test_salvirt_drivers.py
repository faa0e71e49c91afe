"""The drivers of 448 real opportunities have the win rates that were computed from them elsewhere."""

import json
from pathlib import Path

from engine.deals import Deals
from engine.settings import Settings
from interfaces.importing.table.importing import import_csv
from interfaces.importing.table.mapping_file import read_mapping
from projections.asking.question import Question
from projections.causes.causes import causes
from projections.causes.measures import Measures
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.running.views import Views
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines


def test_drivers_have_the_known_win_rates_of_each_attribute(
    salvirt_b2b: Path, repository: Path, store: str
) -> None:
    known = json.loads((salvirt_b2b / "truth.json").read_text())
    mapping = read_mapping(repository / "docs" / "examples" / "salvirt.toml")
    with Deals(Settings(store=store)) as deals, Views.open(deals) as views:
        import_csv(salvirt_b2b / "Salvirt_B2B_ML_dataset.csv", deals, mapping)
        catch_up(views, deals, (DealStates(), Outcomes(), Measures(), Pipelines()))
        words = ["segment.Up_sale=Yes", "segment.Competitors=No"]
        (group,) = causes(views, deals, Question(), factors=words).groups
    told = [each for each in group.drivers if each.factor.startswith("segment.") and not each.too_few]
    assert len(told) > 40
    for each in told:
        figures = known["by_attribute"][each.factor.removeprefix("segment.")][each.value]
        assert (each.with_it.n, each.with_it.won) == (figures["deals"], figures["won"])
        assert each.with_it.rate == figures["win_rate"]
        assert each.without_it.won == known["won"] - figures["won"]
    assert (told[0].factor, told[0].is_difference) == ("segment.Up_sale", True)
    assert group.together is not None
    up_sale, competitors = group.together.effects
    assert up_sale.is_difference
    assert competitors.is_difference
    assert min(up_sale.odds_ratio, competitors.odds_ratio) > 1
