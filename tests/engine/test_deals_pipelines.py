"""Pipelines: defined, revised, read by revision, and defined from a template when the first deal needs one."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.deal.life import ChangePipeline, OpenDeal
from domain.deal.stage_moves import StageNotDefined
from domain.errors import BadInput, CommandReused, NotFound
from domain.event import Actor
from domain.pipeline import (
    DefinePipeline,
    PipelineDefined,
    PipelineNotDefined,
    RetirePipeline,
    RevisePipeline,
)
from domain.stages import Stage
from domain.templates.shipped import TEMPLATES
from domain.values import Labels
from engine.deals import Deals
from engine.ids import pipeline_id
from engine.timing import TooEarly
from tests.engine.appending import FIRST, ME, NOON, OPEN, SECOND, SetClock, at_once


def stages(*slugs: str) -> tuple[Stage, ...]:
    return tuple(
        Stage.model_validate({"stage": slug, "labels": {"en": slug}, "phase": "early"}) for slug in slugs
    )


LOAN = DefinePipeline(pipeline="loan", labels=Labels(en="Loan"), stages=stages("asked", "checked"))
REVISED = RevisePipeline(stages=stages("asked", "checked", "signed"))
IN_LOAN = OpenDeal(title="A loan", owner="li.lei", pipeline="loan")


def test_a_pipeline_is_defined_and_revised(deals: Deals) -> None:
    (defined,) = deals.handle_pipeline("loan", LOAN, by=ME, command_id="d")
    assert (defined.stream_id, defined.version, defined.occurred_at) == (pipeline_id("loan"), 1, NOON)
    deals.handle_pipeline("loan", REVISED, by=ME, expected_version=1)
    assert deals.handle_pipeline("loan", REVISED, by=ME) == []
    assert deals.handle_pipeline("loan", LOAN, by=ME, command_id="d") == [defined]
    assert [recorded.type for recorded in deals.feed()] == ["PipelineDefined", "PipelineRevised"]


def test_each_revision_can_be_read_again(deals: Deals) -> None:
    deals.handle_pipeline("loan", LOAN, by=ME)
    deals.handle_pipeline("loan", REVISED, by=ME)
    deals.handle_pipeline("loan", RetirePipeline(), by=ME)
    assert len(deals.pipeline("loan", 1).stages) == 2
    assert len(deals.pipeline("loan", 2).stages) == 3
    assert deals.pipeline("loan").revision == 2
    assert (deals.pipeline("loan").retired, deals.pipeline("loan", 1).retired) == (True, False)


@pytest.mark.parametrize("revision", [0, 3, 99])
def test_a_revision_that_never_was_is_not_found(deals: Deals, revision: int) -> None:
    deals.handle_pipeline("loan", LOAN, by=ME)
    deals.handle_pipeline("loan", REVISED, by=ME)
    with pytest.raises(NotFound, match=rf"'loan' \(revision {revision}\)"):
        deals.pipeline("loan", revision)


def test_a_pipeline_that_is_not_there_is_not_found(deals: Deals) -> None:
    with pytest.raises(NotFound, match="no pipeline 'loan'"):
        deals.pipeline("loan")
    with pytest.raises(NotFound, match=r"no pipeline 'loan'.*one of standard, path, process"):
        deals.handle(FIRST, IN_LOAN, by=ME)
    with pytest.raises(PipelineNotDefined):
        deals.handle_pipeline("loan", REVISED, by=ME)
    assert deals.head().position == 0


def test_a_definition_is_given_under_its_own_name(deals: Deals) -> None:
    with pytest.raises(BadInput, match="of the pipeline 'loan', not of 'lone'"):
        deals.handle_pipeline("lone", LOAN, by=ME)


def test_a_revision_does_not_precede_the_one_that_it_follows(deals: Deals, clock: SetClock) -> None:
    deals.handle_pipeline("loan", LOAN, by=ME)
    with pytest.raises(TooEarly, match="'loan' was last changed"):
        deals.handle_pipeline("loan", REVISED, by=ME, at=NOON - timedelta(seconds=1))
    clock.pass_time(days=2)
    (revised,) = deals.handle_pipeline("loan", REVISED, by=ME, at=NOON + timedelta(days=1))
    assert revised.occurred_at == NOON + timedelta(days=1)


def test_a_deal_is_opened_in_the_revision_that_held_at_its_time(deals: Deals, clock: SetClock) -> None:
    deals.handle_pipeline("loan", LOAN, by=ME)
    clock.pass_time(days=2)
    deals.handle_pipeline("loan", REVISED, by=ME)
    (earlier,) = deals.handle(FIRST, IN_LOAN, by=ME, at=NOON + timedelta(days=1))
    (later,) = deals.handle(SECOND, IN_LOAN, by=ME)
    revisions = [getattr(opened.event, "pipeline_revision", None) for opened in (earlier, later)]
    assert revisions == [1, 2]


def test_a_template_is_defined_when_the_first_deal_is_opened_in_it(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    deals.handle(SECOND, OPEN, by=ME)
    defined = deals.feed()[0]
    assert [recorded.type for recorded in deals.feed()] == ["PipelineDefined", "DealOpened", "DealOpened"]
    assert defined.occurred_at == datetime(1, 1, 1, tzinfo=UTC)
    assert defined.by == Actor(id="dealtrail", kind="system")
    assert isinstance(defined.event, PipelineDefined)
    assert defined.event.stages == TEMPLATES["standard"].stages
    assert deals.pipeline("standard").revision == 1


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_deal_may_be_opened_in_every_template(deals: Deals, template: str) -> None:
    opened = OPEN.model_copy(update={"pipeline": template})
    deals.handle(FIRST, opened, by=ME, at=NOON - timedelta(days=5_000))
    assert deals.deal(FIRST).life.stage == TEMPLATES[template].stages[0].stage


def test_a_template_is_defined_too_when_a_deal_moves_into_it(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    first = TEMPLATES["path"].stages[0].stage
    deals.handle(FIRST, ChangePipeline(to_pipeline="path", to_stage=first), by=ME)
    assert deals.pipeline("path").revision == 1


def test_a_deal_that_is_refused_defines_nothing(deals: Deals) -> None:
    with pytest.raises(StageNotDefined):
        deals.handle(FIRST, OPEN.model_copy(update={"stage": "nirvana"}), by=ME)
    assert deals.head().position == 0


def test_one_s_own_pipeline_under_a_template_s_name_stays(deals: Deals) -> None:
    own = DefinePipeline(pipeline="standard", labels=Labels(en="Ours"), stages=stages("only"))
    deals.handle_pipeline("standard", own, by=ME)
    deals.handle(FIRST, OPEN, by=ME)
    assert deals.deal(FIRST).life.stage == "only"


def test_many_first_deals_define_their_template_once(deals: Deals) -> None:
    def open_one(number: int) -> None:
        deals.handle(pipeline_id(f"any id {number}"), OPEN, by=ME)

    at_once(8, open_one)
    assert len(deals.feed(types=["PipelineDefined"])) == 1
    assert len(deals.feed(types=["DealOpened"])) == 8


def test_a_template_s_own_command_id_is_no_other_command_s(deals: Deals) -> None:
    deals.handle(FIRST, OPEN, by=ME)
    with pytest.raises(CommandReused):
        deals.handle(SECOND, OPEN, by=ME, command_id="template:standard")
