"""Every projection there is."""

from projections.activity import Activity
from projections.contacts import Contacts
from projections.credit import Credits
from projections.deal_states import DealStates
from projections.followups import FollowUps
from projections.measures import Measures
from projections.milestones import Milestones
from projections.needs import Needs
from projections.negotiations import Negotiations
from projections.outcomes import Outcomes
from projections.pipelines import Pipelines
from projections.projection import Projection
from projections.retrospectives import Retrospectives
from projections.stage_visits import StageVisits
from projections.touchpoints import Touchpoints

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
