"""The templates that ship: each is a usable pipeline, said in English and in Chinese."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.event import Actor, Recorded
from domain.pipeline import DefinePipeline, Pipeline, decide_pipeline, evolve_pipeline
from domain.stages import Stage
from domain.templates.shipped import TEMPLATES
from domain.values import Labels

STAGES = {
    "standard": {
        "prospecting": "寻找潜在客户",
        "qualification": "筛选销售线索",
        "meeting": "机会",
        "proposal": "意向",
        "negotiation": "洽谈",
    },
    "path": {
        "identification": "潜在客户识别",
        "lead-collection": "销售线索收集",
        "needs-analysis": "需求分析",
        "opportunity-conversion": "商机转化",
        "closing-and-delivery": "成交与交付",
        "relationship": "客户关系管理",
    },
    "process": {
        "identification": "客户识别",
        "needs-analysis": "需求分析",
        "solution-design": "方案制定",
        "quotation": "报价",
        "follow-up": "跟进",
        "negotiation": "谈判",
        "closing": "交易完成",
    },
    "funnel": {
        "awareness": "意识",
        "interest": "兴趣",
        "consideration": "考虑",
        "intent": "意图",
        "purchase": "购买",
    },
    "nodes": {
        "research": "市场调研",
        "identification": "潜在客户识别",
        "first-contact": "初次接触",
        "needs-analysis": "需求分析",
        "demonstration": "方案展示",
        "contract-negotiation": "合同谈判",
        "delivery": "交付实施",
        "after-sales": "售后服务",
    },
}

every_template = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def as_pipeline(template: DefinePipeline) -> Pipeline:
    (event,) = decide_pipeline(template, None)
    recorded = Recorded(
        stream_id=UUID(int=1),
        version=1,
        occurred_at=datetime(1, 1, 1, tzinfo=UTC),
        event=event,
        by=Actor(id="dealtrail", kind="system"),
        channel="python",
        command_id="1",
    )
    return evolve_pipeline(None, recorded)


def labels_of(stage: Stage) -> Iterator[Labels]:
    yield stage.labels
    assert stage.definition is not None
    yield stage.definition
    yield from (task.labels for task in stage.tasks or ())
    yield from stage.kpis or ()


def test_the_five_templates_have_the_stages_of_the_trade() -> None:
    assert {
        name: {stage.stage: stage.labels.zh_cn for stage in template.stages}
        for name, template in TEMPLATES.items()
    } == STAGES


@every_template
def test_a_template_is_a_pipeline_that_deals_can_live_in(template: DefinePipeline) -> None:
    pipeline = as_pipeline(template)
    assert pipeline.slug == template.pipeline
    assert decide_pipeline(template, pipeline) == []


@every_template
def test_everything_in_a_template_is_said_in_english_and_in_chinese(template: DefinePipeline) -> None:
    assert template.outcome_labels is not None
    said = [template.labels, template.outcome_labels.won, template.outcome_labels.lost]
    said += [labels for stage in template.stages for labels in labels_of(stage)]
    for labels in said:
        assert labels.en.isascii(), labels
        assert labels.zh_cn, labels
        assert not labels.zh_cn.isascii(), labels


@every_template
def test_a_won_deal_is_signed_and_a_lost_one_slips_away(template: DefinePipeline) -> None:
    assert template.outcome_labels is not None
    assert (template.outcome_labels.won.text("zh-CN"), template.outcome_labels.lost.text("zh-CN")) == (
        "签单",
        "丢单",
    )


@every_template
def test_every_template_asks_for_need_budget_and_authority(template: DefinePipeline) -> None:
    assert {"need", "budget", "authority"} <= set(template.criteria or ())


def test_the_path_also_asks_how_the_buyer_decides() -> None:
    assert {"decision-criteria", "decision-process"} <= set(TEMPLATES["path"].criteria or ())


@every_template
def test_phases_and_probabilities_only_grow_along_the_stages(template: DefinePipeline) -> None:
    order = ["early", "middle", "late"]
    phases = [order.index(stage.phase) for stage in template.stages]
    assert phases == sorted(phases)
    shares = [stage.probability for stage in template.stages if not stage.after_win]
    assert None not in shares
    assert shares == sorted(share for share in shares if share is not None)


def test_what_comes_after_the_win_has_no_probability_left() -> None:
    after = {
        (name, stage.stage): stage.probability
        for name, template in TEMPLATES.items()
        for stage in template.stages
        if stage.after_win
    }
    assert after == {
        ("path", "relationship"): None,
        ("nodes", "delivery"): None,
        ("nodes", "after-sales"): None,
    }


def test_a_deal_moves_freely_through_the_default_pipeline() -> None:
    for stage in TEMPLATES["standard"].stages:
        assert (stage.exit_criteria, stage.needs_evidence, stage.may_skip, stage.may_return) == (
            None,
            None,
            True,
            True,
        )
        assert stage.tasks


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("销售线索拓展", "prospecting"),
        ("提案", "proposal"),
        ("协商", "negotiation"),
        ("Lead Qualification", "qualification"),
        ("Proposal/Price Quote", "proposal"),
        ("Negotiation/Review", "negotiation"),
        ("Qualified To Buy", "qualification"),
        ("Demo Scheduled", "meeting"),
    ],
)
def test_an_import_meets_the_default_stages_under_the_names_of_other_systems(name: str, stage: str) -> None:
    found = as_pipeline(TEMPLATES["standard"]).find(name)
    assert found is not None
    assert found.stage == stage
