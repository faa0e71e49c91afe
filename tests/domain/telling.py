"""Tell a story about a deal in a test: given these events, when this is ordered, then that happens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.deal.deciding import DealCommand, decide
from domain.deal.story import Deal, fold
from domain.errors import Refused
from domain.event import Actor, Event, Recorded
from domain.pipeline import Pipeline
from domain.stages import Stage
from domain.values import Labels, Money

DEAL = UUID("018f0000-0000-7000-8000-000000000001")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def cny(amount: str) -> Money:
    """So many yuan."""
    return Money.model_validate({"amount": amount, "currency": "CNY"})


def stage(slug: str, **facts: object) -> Stage:
    """A stage that is called like its slug."""
    return Stage.model_validate({"stage": slug, "labels": Labels(en=slug), "phase": "early", **facts})


def pipeline(*stages: Stage, retired: bool = False, revision: int = 1) -> Pipeline:
    """The standard pipeline with these stages."""
    return Pipeline(slug="standard", revision=revision, labels=Labels(en="x"), stages=stages, retired=retired)


PLAIN = pipeline(
    stage("prospecting"),
    stage("meeting"),
    stage("proposal"),
    stage("negotiation"),
    stage("care", after_win=True),
)


def recorded(event: Event, version: int, **envelope: object) -> Recorded:
    """`event` as version `version` of the deal: it happened and was recorded on the version's day."""
    at = MONDAY + timedelta(days=version - 1)
    plain = Recorded(
        stream_id=DEAL,
        version=version,
        occurred_at=at,
        event=event,
        by=Actor(id="li.lei"),
        channel="python",
        command_id=f"c{version}",
        position=version,
        recorded_at=at,
    )
    return replace(plain, **envelope)  # type: ignore[arg-type]


def day(number: int) -> datetime:
    """The instant at which event `number` of a told story happened."""
    return MONDAY + timedelta(days=number - 1)


def told(*events: Event) -> list[Recorded]:
    """These events as versions 1, 2, …, a day apart."""
    return [recorded(event, version) for version, event in enumerate(events, start=1)]


def deal_of(*events: Event) -> Deal:
    """The deal that these events make."""
    deal = fold(told(*events))
    assert deal is not None
    return deal


@dataclass(frozen=True)
class Given:
    """What happened so far."""

    events: Sequence[Event]
    pipeline: Pipeline = PLAIN

    def under(self, definition: Pipeline) -> "Given":
        """The same, in a pipeline of another definition."""
        return replace(self, pipeline=definition)

    def when(self, command: DealCommand) -> "When":
        """What is ordered now."""
        return When(self, command)


@dataclass(frozen=True)
class When:
    """A story and an order."""

    given: Given
    command: DealCommand

    def _decide(self) -> list[Event]:
        deal = fold(told(*self.given.events))
        return list(decide(self.command, deal, self.given.pipeline))

    def then(self, *events: Event) -> None:
        """Exactly these events happen, and deciding again after them says: already so."""
        assert self._decide() == list(events)

    def then_nothing(self) -> None:
        """It is already so."""
        assert self._decide() == []

    def then_refused(self, kind: type[Refused], /, **facts: object) -> Refused:
        """It is refused, with these facts in the error; nothing happens."""
        with pytest.raises(kind) as caught:
            self._decide()
        for name, value in facts.items():
            assert getattr(caught.value, name) == value
        return caught.value


def given(*events: Event) -> Given:
    """What happened so far, from the opening on."""
    return Given(events)
