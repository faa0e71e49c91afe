"""A deal as the plain library's `Aggregate` holds it: the same facts as ours, told by the same stories."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from eventsourcing.domain import Aggregate, AggregateCreated

from domain.event import Recorded

Worth = dict[str, Decimal | str]


class Happened(Aggregate.Event):
    """Who, when, by which channel and command: what an audit trail needs."""

    occurred_at: datetime
    by: str
    channel: str
    command_id: str


class DealOpened(AggregateCreated, Happened):
    title: str
    account: str
    account_name: str
    owner: str
    pipeline: str
    pipeline_revision: int
    stage: str
    amount: Worth
    expected_close: str
    lead_source: str
    segment: dict[str, str]


class DealStageChanged(Happened):
    to_stage: str
    pipeline_revision: int

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.stage, aggregate.pipeline_revision = self.to_stage, self.pipeline_revision


class DealAmountRevised(Happened):
    amount: Worth

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.amount = self.amount


class DealExpectedCloseMoved(Happened):
    expected_close: str

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.expected_close = self.expected_close


class DealOwnerAssigned(Happened):
    owner: str

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.owner = self.owner


class DealForecastSet(Happened):
    category: str

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.forecast = self.category


class DealDetailsChanged(Happened):
    segment: dict[str, str]

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.segment.update(self.segment)


class DealNoteAdded(Happened):
    text: str

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.notes += 1


class DealSignalNoted(Happened):
    signal: str

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.signals += 1


class TouchpointHeld(Happened):
    touchpoint: str
    kind: str
    direction: str
    minutes: int

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.touchpoints[self.touchpoint] = "held"


class ContactAssessed(Happened):
    contact: str
    roles: list[str]
    influence: int

    def apply(self, aggregate: "PlainDeal") -> None:
        aggregate.contacts.setdefault(self.contact, True)


class PlainDeal(Aggregate):
    """The state that these events change."""

    def __init__(
        self,
        *,
        title: str,
        account: str,
        account_name: str,
        owner: str,
        pipeline: str,
        pipeline_revision: int,
        stage: str,
        amount: Worth,
        expected_close: str,
        lead_source: str,
        segment: dict[str, str],
        occurred_at: datetime,  # noqa: ARG002 - the library hands over every field of the event
        by: str,  # noqa: ARG002
        channel: str,  # noqa: ARG002
        command_id: str,  # noqa: ARG002
    ) -> None:
        self.title, self.account, self.account_name, self.owner = title, account, account_name, owner
        self.pipeline, self.pipeline_revision, self.stage = pipeline, pipeline_revision, stage
        self.amount, self.expected_close, self.forecast = amount, expected_close, ""
        self.lead_source, self.segment = lead_source, segment
        self.notes, self.signals = 0, 0
        self.touchpoints: dict[str, str] = {}
        self.contacts: dict[str, bool] = {}


def plain_deal(story: Sequence[Recorded]) -> PlainDeal:
    """The deal that this story tells."""
    first, *rest = story
    deal = PlainDeal._create(DealOpened, **_facts(first))  # noqa: SLF001 - how the library makes one of an event
    for recorded in rest:
        deal.trigger_event(globals()[recorded.type], **_facts(recorded))
    return deal


def _facts(recorded: Recorded) -> dict[str, Any]:
    """The fields of the event as the library's own JSON holds them; dates are given to it as text."""
    facts = recorded.event.model_dump(exclude_unset=True)
    if "expected_close" in facts:
        facts["expected_close"] = facts["expected_close"].isoformat()
    if "roles" in facts:
        facts["roles"] = list(facts["roles"])
    return {
        "occurred_at": recorded.occurred_at,
        "by": recorded.by.id,
        "channel": recorded.channel,
        "command_id": recorded.command_id,
        **facts,
    }
