"""Every projection there is."""

from projections.causes.measures import Measures
from projections.causes.retrospectives import Retrospectives
from projections.closings.outcomes import Outcomes
from projections.followups.followups import FollowUps
from projections.negotiation.negotiations import Negotiations
from projections.people.contacts import Contacts
from projections.people.needs import Needs
from projections.running.projection import Projection
from projections.stages.milestones import Milestones
from projections.stages.stage_visits import StageVisits
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from projections.touchpoints.activity import Activity
from projections.touchpoints.credit import Credits
from projections.touchpoints.touchpoints import Touchpoints

PROJECTIONS: tuple[Projection, ...] = (
    DealStates(),
    StageVisits(),
    Outcomes(),
    Activity(),
    Touchpoints(),
    Credits(),
    Milestones(),
    Contacts(),
    Needs(),
    Negotiations(),
    FollowUps(),
    Measures(),
    Retrospectives(),
    Pipelines(),
)
