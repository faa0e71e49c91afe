"""Labels: whatever is recorded can be read in English and in Chinese."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.deal.appointments import Appointment
from domain.deal.negotiation import Standing as OfferStanding
from domain.deal.outcome import Standing as Outcome
from domain.event import Actor, Precision
from domain.events import EVENTS
from domain.labels.catalogue import LABELS, LISTS, code_label, field_label, label, list_of
from domain.templates.shipped import TEMPLATES
from domain.values import Code

SHIPPED = {
    "actor_kind": "human agent import system",
    "answer": "confirmed denied unknown",
    "appointment": "planned held missed",
    "area": "strategy skill material training process",
    "bucket": "new undated reopened increased decreased converted-in converted-out transferred-in "
    "transferred-out pulled-in slipped-in pushed-out pulled-out window won lost removed restated",
    "channel": "cli python http web",
    "competitor_standing": "ahead level behind out",
    "criterion": "need budget authority timing metrics economic-buyer decision-criteria decision-process "
    "identified-pain champion competition",
    "decision": "follow-up accept-quote request-demo budget-approved",
    "decision_answer": "yes no later",
    "direction": "out in",
    "discard_reason": "test duplicate by-mistake",
    "duty": "ae bdr presales marketing manager",
    "effect": "pushed blocked",
    "event_type": " ".join(EVENTS),
    "follow_kind": "renewal upsell cross-sell repurchase referral",
    "forecast": "pipeline best-case commit omitted",
    "lead_level": "mql sql opportunity",
    "lead_source": "referral word-of-mouth website web-ad social-media trade-show market-research "
    "personal-network cold-outreach email-campaign",
    "loss_kind": "competitor declined no-decision withdrawn disqualified internal unknown",
    "met": "yes partly no",
    "need_kind": "need pain demand decision-factor",
    "node": "research identification first-contact needs-analysis demonstration contract-negotiation "
    "delivery after-sales quotation feedback",
    "objection_topic": "price delivery after-sales product trust timing competitor legal authority other",
    "offer_standing": "made accepted rejected withdrawn expired",
    "outcome": "open won lost merged discarded",
    "phase": "early middle late",
    "pipeline": "standard path process funnel nodes",
    "precision": "instant day unknown",
    "reason": "price value-unclear product-fit missing-feature delivery after-sales relationship trust "
    "timing no-need no-interest no-budget budget-cut authority champion-left competitor no-follow-up "
    "slow-response process legal duplicate unfit source-changed other",
    "removal_reason": "left-company changed-role",
    "role": "economic-buyer decision-maker champion influencer technical-buyer user procurement legal "
    "gatekeeper",
    "rule": "skip return exit-criteria evidence",
    "side": "seller buyer",
    "signal": "pricing-visit shared-material asked-for-contract",
    "stance": "advocate supporter neutral sceptic blocker",
    "teller": "rep manager buyer analyst rule",
    "term": "price delivery payment after-sales quantity scope gift",
    "touchpoint_kind": "call meeting visit email message interview questionnaire demo technical-exchange "
    "sample trial risk-assessment webinar social event",
}
"""What the vocabulary says that ships, written down a second time."""

STORED = (
    "stream_id version type occurred_at precision by channel command_id correlation_id causation_id "
    "source_recorded_at line_key data position recorded_at digest"
)
NAMES_OF_THEIR_OWN = {
    "from_pipeline",
    "from_stage",
    "pipeline",
    "stage",
    "stage_task",
    "task",
    "to_pipeline",
    "to_stage",
}
"""Codes that are slugs of the user's own pipelines; their labels are in the pipeline."""
OPEN_WITHOUT_CODES = {"Material.kind"}
CODE = next(each for each in get_args(Code) if not isinstance(each, type))


def parts(annotation: object) -> Iterator[object]:
    """The annotation and everything inside its unions, tuples and dicts."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for each in get_args(annotation):
            yield from parts(each)


def models() -> dict[str, type[BaseModel]]:
    """Every event, and every value that can lie inside one or in its envelope."""
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = [*EVENTS.values(), Actor]
    while waiting:
        model = waiting.pop()
        if found.setdefault(model.__name__, model) is not model:
            pytest.fail(f"two types are called {model.__name__}")
        for field in model.model_fields.values():
            for part in parts(field.annotation):
                inner = isinstance(part, type) and issubclass(part, BaseModel)
                if inner and part not in found.values():
                    waiting.append(part)  # type: ignore[arg-type]
    return found


MODELS = models()
FIELDS = [
    (owner, name, field) for owner, model in MODELS.items() for name, field in model.model_fields.items()
]


def closed_lists(field: FieldInfo) -> Iterator[tuple[Any, ...]]:
    for part in parts(field.annotation):
        if get_origin(part) is Literal:
            yield get_args(part)


def is_code(field: FieldInfo) -> bool:
    return CODE in field.metadata or any(CODE in get_args(part) for part in parts(field.annotation))


def test_every_code_that_ships_is_said_in_english_and_in_chinese() -> None:
    assert set(LABELS) == {*SHIPPED, "field"}
    for list_name, codes in SHIPPED.items():
        for code in codes.split():
            labels = LABELS[list_name][code]
            assert labels.en, (list_name, code)
            assert labels.zh_cn, (list_name, code)


def test_no_list_says_what_the_vocabulary_does_not_name() -> None:
    added = {"term": {"warranty", "other"}, "removal_reason": {"other"}, "discard_reason": {"other"}}
    for list_name, codes in SHIPPED.items():
        assert set(LABELS[list_name]) - set(codes.split()) == added.get(list_name, set()), list_name


def test_no_list_calls_two_codes_by_one_name() -> None:
    for list_name, known in LABELS.items():
        if list_name == "field":
            continue
        for lang in ("en", "zh-CN"):
            names = [labels.text(lang) for labels in known.values()]
            assert len(names) == len(set(names)), (list_name, lang)


def test_every_type_of_event_has_a_phrase() -> None:
    assert set(LABELS["event_type"]) == set(EVENTS)
    assert label("event_type", "DealStageChanged", "en") == "Stage changed"
    assert label("event_type", "DealStageChanged", "zh-CN") == "阶段变更"


@pytest.mark.parametrize("name", STORED.split())
def test_everything_that_is_stored_with_an_event_has_a_name(name: str) -> None:
    assert LABELS["field"][name].zh_cn


def test_every_field_of_every_event_and_value_has_a_name_in_both_languages() -> None:
    for owner, name, _ in FIELDS:
        known = LABELS["field"].get(f"{owner}.{name}") or LABELS["field"].get(name)
        assert known is not None, f"{owner}.{name} has no label"
        assert known.zh_cn, f"{owner}.{name} has no Chinese label"


def test_no_field_label_is_left_over() -> None:
    used = {name for _, name, _ in FIELDS} | {f"{owner}.{name}" for owner, name, _ in FIELDS}
    assert set(LABELS["field"]) - used - set(STORED.split()) == set()


def test_every_closed_list_has_exactly_its_labels() -> None:
    checked = 0
    for owner, name, field in FIELDS:
        for codes in closed_lists(field):
            list_name = list_of(owner, name)
            assert list_name is not None, f"{owner}.{name} is a closed list without labels"
            assert set(LABELS[list_name]) == set(codes), f"{owner}.{name}"
            checked += 1
    assert checked > 15
    assert set(LABELS["outcome"]) == set(get_args(Outcome))
    assert set(LABELS["offer_standing"]) == set(get_args(OfferStanding))
    assert set(LABELS["appointment"]) == set(get_args(Appointment))
    assert set(LABELS["precision"]) == set(get_args(Precision))


def test_every_code_in_an_event_is_of_a_list_or_a_name_of_the_users_own() -> None:
    checked = 0
    for owner, name, field in FIELDS:
        if is_code(field):
            known = (
                list_of(owner, name) or name in NAMES_OF_THEIR_OWN or f"{owner}.{name}" in OPEN_WITHOUT_CODES
            )
            assert known, f"{owner}.{name} is a code of no list"
            checked += 1
    assert checked > 40


def test_every_field_that_is_said_to_hold_codes_is_there() -> None:
    names = {name for _, name, _ in FIELDS} | {f"{owner}.{name}" for owner, name, _ in FIELDS} | {"channel"}
    assert set(LISTS) <= names
    assert set(LISTS.values()) <= set(LABELS)


def test_an_unknown_code_of_an_open_list_is_shown_as_it_is() -> None:
    assert label("lead_source", "carrier-pigeon", "zh-CN") == "carrier-pigeon"
    assert code_label("Material", "kind", "brochure", "en") == "brochure"
    assert field_label("DealOpened", "shoe_size", "en") == "shoe_size"


def test_an_answer_to_a_question_is_text_and_no_code() -> None:
    assert code_label("QuestionAnswered", "answer", "unknown", "zh-CN") == "unknown"
    assert code_label("DealCriterionAnswered", "answer", "unknown", "zh-CN") == "未知"


def test_a_code_is_read_by_the_field_that_it_stands_in() -> None:
    assert code_label("DealLost", "kind", "no-decision", "en") == "No decision"
    assert code_label("TouchpointHeld", "kind", "visit", "zh-CN") == "拜访"
    assert code_label("ContactRemoved", "reason", "left-company", "zh-CN") == "已离职"
    assert code_label("DealStageChanged", "reason", "no-budget", "zh-CN") == "没有预算"


def test_a_field_is_called_what_it_means_where_it_stands() -> None:
    assert field_label("DealOpened", "title", "zh-CN") == "标题"
    assert field_label("ContactAdded", "title", "zh-CN") == "职务"
    assert field_label("DealNextStepSet", "text", "en") == "Next step"


def test_a_templates_name_is_its_own() -> None:
    for slug, template in TEMPLATES.items():
        assert label("pipeline", slug, "zh-CN") == template.labels.zh_cn
