"""The fields of a deal by name, as an audit trail speaks of them."""

from collections.abc import Iterator

from domain.deal.outcome import DealLost
from domain.deal.story import Deal


def fields_of(deal: Deal) -> dict[str, object]:
    """What the deal holds, without what is empty; `segment.region` is the part `region` of the segments."""
    return {name: value for name, value in _all(deal) if value is not None}


def _all(deal: Deal) -> Iterator[tuple[str, object]]:
    life, team = deal.life, deal.team
    yield "title", life.title
    yield "account", life.account
    yield "account_name", life.account_name
    yield "owner", team.owner
    for person, duty in sorted(team.mates):
        yield f"teammate.{person}", duty
    yield "pipeline", life.pipeline
    yield "stage", life.stage
    yield "amount", life.amount
    yield "expected_close", life.expected_close
    yield "lead_source", life.lead_source
    yield "campaign", life.campaign
    for name, label in life.segment.items():
        yield f"segment.{name}", label
    yield "external", life.external
    yield "follows", life.follows
    yield from _outlook(deal)
    for name, offer in deal.negotiation.offers.items():
        yield f"offer.{name}", offer.standing
    yield from _outcome(deal)


def _outlook(deal: Deal) -> Iterator[tuple[str, object]]:
    outlook = deal.outlook
    for name, criterion in outlook.criteria.items():
        yield f"criterion.{name}", criterion.answer
    if outlook.levels:
        yield "level", list(outlook.levels)[-1]
    if outlook.score is not None:
        yield "score", outlook.score.score
    if outlook.forecast is not None:
        yield "forecast", outlook.forecast.category
        yield "forecast_amount", outlook.forecast.amount
    for name, noted in outlook.competitors.items():
        yield f"competitor.{name}", noted.standing or "noted"
    if outlook.buyer_stage is not None:
        yield "buyer_stage", outlook.buyer_stage.stage
    if outlook.next_step is not None:
        yield "next_step", outlook.next_step.text
        yield "next_step_due", outlook.next_step.due
    if outlook.paused is not None:
        yield "paused", outlook.paused.reason
        yield "paused_until", outlook.paused.until


def _outcome(deal: Deal) -> Iterator[tuple[str, object]]:
    outcome = deal.outcome
    yield "outcome", outcome.standing
    if outcome.standing not in ("won", "lost"):
        return
    closing = outcome.closings[-1]
    if isinstance(closing.event, DealLost):
        yield "loss_kind", closing.event.kind
        yield "lost_to", closing.event.competitor
    if closing.event.causes:
        yield "causes", tuple(cause.reason for cause in closing.event.causes)
    for (version, teller), told in outcome.told.items():
        if version == closing.version:
            yield f"causes.{teller}", tuple(cause.reason for cause in told.causes)
