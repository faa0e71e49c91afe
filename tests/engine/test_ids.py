from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from domain.errors import BadInput
from engine.ids import deal_id, new_id, pipeline_id

DEALTRAIL = uuid5(NAMESPACE_URL, "urn:dealtrail")


def test_ids_made_later_sort_later() -> None:
    made = [new_id() for _ in range(100)]
    assert made == sorted(made)
    assert {i.version for i in made} == {7}
    assert {type(i) for i in made} == {UUID}


def test_the_same_source_and_key_name_the_same_deal() -> None:
    assert deal_id("acme-crm", "D-17") == uuid5(DEALTRAIL, "acme-crm\nD-17")
    assert deal_id(" acme-crm ", "D-17\n") == deal_id("acme-crm", "D-17")
    assert deal_id("crm", "Cafe\u0301") == deal_id("crm", "Caf\u00e9")
    assert deal_id("crm", "d-17") != deal_id("crm", "D-17")


def test_a_deal_recorded_here_first_keeps_its_id() -> None:
    here = new_id()
    assert deal_id("dealtrail", str(here)) == here
    with pytest.raises(BadInput, match="'D-17' is none"):
        deal_id("dealtrail", "D-17")


def test_a_pipeline_is_named_by_its_slug() -> None:
    assert pipeline_id("standard") == uuid5(DEALTRAIL, "standard")
