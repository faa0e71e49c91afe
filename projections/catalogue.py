"""Every projection there is."""

from projections.activity import Activity
from projections.deal_states import DealStates
from projections.milestones import Milestones
from projections.outcomes import Outcomes
from projections.pipelines import Pipelines
from projections.projection import Projection
from projections.stage_visits import StageVisits

PROJECTIONS: tuple[Projection, ...] = (
    DealStates(),
    StageVisits(),
    Outcomes(),
    Activity(),
    Milestones(),
    Pipelines(),
)
