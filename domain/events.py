"""Every type of event there is, by the name that it has on disk."""

from collections.abc import Mapping

from domain.deal.corrections import CORRECTIONS_EVENTS
from domain.deal.life import LIFE_EVENTS
from domain.deal.needs import NEEDS_EVENTS
from domain.deal.negotiation import NEGOTIATION_EVENTS
from domain.deal.outcome import OUTCOME_EVENTS
from domain.deal.outlook import OUTLOOK_EVENTS
from domain.deal.people import PEOPLE_EVENTS
from domain.deal.team import TEAM_EVENTS
from domain.deal.touchpoints import TOUCHPOINTS_EVENTS
from domain.event import Event
from domain.pipeline import PIPELINE_EVENTS

DEAL_EVENTS: tuple[type[Event], ...] = (
    *LIFE_EVENTS,
    *TEAM_EVENTS,
    *OUTLOOK_EVENTS,
    *NEEDS_EVENTS,
    *PEOPLE_EVENTS,
    *TOUCHPOINTS_EVENTS,
    *NEGOTIATION_EVENTS,
    *OUTCOME_EVENTS,
    *CORRECTIONS_EVENTS,
)

EVENTS: Mapping[str, type[Event]] = {event.__name__: event for event in (*DEAL_EVENTS, *PIPELINE_EVENTS)}
