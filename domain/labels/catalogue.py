"""Every list of codes with its labels, and which list the codes of a field are from."""

from collections.abc import Mapping

from domain.labels.of_contact import (
    APPOINTMENTS,
    DECISION_ANSWERS,
    DECISIONS,
    DIRECTIONS,
    FURTHER_NODES,
    MET,
    NEED_KINDS,
    OBJECTION_TOPICS,
    OFFER_STANDINGS,
    REMOVAL_REASONS,
    ROLES,
    SIDES,
    STANCES,
    TERMS,
    TOUCHPOINT_KINDS,
)
from domain.labels.of_events import EVENT_TYPES
from domain.labels.of_fields import FACTS, IN_CONTEXT, STORED, VALUES
from domain.labels.of_life import (
    ANSWERS,
    COMPETITOR_STANDINGS,
    CRITERIA,
    DUTIES,
    FOLLOW_KINDS,
    FORECASTS,
    LEAD_LEVELS,
    LEAD_SOURCES,
    RULES,
    SIGNALS,
)
from domain.labels.of_outcome import (
    AREAS,
    BUCKETS,
    DISCARD_REASONS,
    EFFECTS,
    LOSS_KINDS,
    OUTCOMES,
    REASONS,
    TELLERS,
)
from domain.labels.of_records import ACTOR_KINDS, CHANNELS, PHASES, PRECISIONS
from domain.templates.nodes import NODES
from domain.templates.shipped import TEMPLATES
from domain.values import Labels


def _labels(words: Mapping[str, tuple[str, str]]) -> dict[str, Labels]:
    return {code: Labels(en=english, zh_cn=chinese) for code, (english, chinese) in words.items()}


LABELS: Mapping[str, Mapping[str, Labels]] = {
    "actor_kind": _labels(ACTOR_KINDS),
    "answer": _labels(ANSWERS),
    "appointment": _labels(APPOINTMENTS),
    "area": _labels(AREAS),
    "bucket": _labels(BUCKETS),
    "channel": _labels(CHANNELS),
    "competitor_standing": _labels(COMPETITOR_STANDINGS),
    "criterion": _labels(CRITERIA),
    "decision": _labels(DECISIONS),
    "decision_answer": _labels(DECISION_ANSWERS),
    "direction": _labels(DIRECTIONS),
    "discard_reason": _labels(DISCARD_REASONS),
    "duty": _labels(DUTIES),
    "effect": _labels(EFFECTS),
    "event_type": _labels(EVENT_TYPES),
    "field": _labels({**STORED, **VALUES, **FACTS, **IN_CONTEXT}),
    "follow_kind": _labels(FOLLOW_KINDS),
    "forecast": _labels(FORECASTS),
    "lead_level": _labels(LEAD_LEVELS),
    "lead_source": _labels(LEAD_SOURCES),
    "loss_kind": _labels(LOSS_KINDS),
    "met": _labels(MET),
    "need_kind": _labels(NEED_KINDS),
    "node": {stage.stage: stage.labels for stage in NODES.stages} | _labels(FURTHER_NODES),
    "objection_topic": _labels(OBJECTION_TOPICS),
    "offer_standing": _labels(OFFER_STANDINGS),
    "outcome": _labels(OUTCOMES),
    "phase": _labels(PHASES),
    "pipeline": {slug: template.labels for slug, template in TEMPLATES.items()},
    "precision": _labels(PRECISIONS),
    "reason": _labels(REASONS),
    "removal_reason": _labels(REMOVAL_REASONS),
    "role": _labels(ROLES),
    "rule": _labels(RULES),
    "side": _labels(SIDES),
    "signal": _labels(SIGNALS),
    "stance": _labels(STANCES),
    "teller": _labels(TELLERS),
    "term": _labels(TERMS),
    "touchpoint_kind": _labels(TOUCHPOINT_KINDS),
}
"""List → code → labels. Codes of open lists that are not here are shown as they are."""

LISTS: Mapping[str, str] = {
    "area": "area",
    "category": "forecast",
    "channel": "channel",
    "criteria": "criterion",
    "criterion": "criterion",
    "decision": "decision",
    "direction": "direction",
    "duty": "duty",
    "effect": "effect",
    "exit_criteria": "criterion",
    "lead_source": "lead_source",
    "level": "lead_level",
    "met": "met",
    "node": "node",
    "phase": "phase",
    "precision": "precision",
    "reason": "reason",
    "roles": "role",
    "rule": "rule",
    "side": "side",
    "signal": "signal",
    "stance": "stance",
    "term": "term",
    "told_by": "teller",
    "type": "event_type",
    "Actor.kind": "actor_kind",
    "ContactRemoved.reason": "removal_reason",
    "DealCompetitorNoted.standing": "competitor_standing",
    "DealCriterionAnswered.answer": "answer",
    "DealDiscarded.reason": "discard_reason",
    "DealLost.kind": "loss_kind",
    "Decision.answer": "decision_answer",
    "Follows.kind": "follow_kind",
    "NeedRecorded.kind": "need_kind",
    "ObjectionRaised.topic": "objection_topic",
    "TouchpointHeld.kind": "touchpoint_kind",
    "TouchpointPlanned.kind": "touchpoint_kind",
}
"""Field → the list that its codes are from; `Owner.field` where the name alone does not say it."""


def label(list_name: str, code: str, lang: str) -> str:
    """What people who speak `lang` (`en`, `zh-CN`) read for `code`; the code itself where nothing is known."""
    labels = LABELS[list_name].get(code)
    return labels.text(lang) if labels else code


def list_of(owner: str, field: str) -> str | None:
    """The list that the codes of `field` are from; `owner` is the event type or value that it belongs to."""
    return LISTS.get(f"{owner}.{field}") or LISTS.get(field)


def field_label(owner: str, field: str, lang: str) -> str:
    """What `field` of the event type or value `owner` is called."""
    known = LABELS["field"]
    labels = known.get(f"{owner}.{field}") or known.get(field)
    return labels.text(lang) if labels else field


def code_label(owner: str, field: str, code: str, lang: str) -> str:
    """What people read for `code` in that field; the code itself where it is of no list, or not known."""
    list_name = list_of(owner, field)
    return label(list_name, code, lang) if list_name else code
