"""Random questions about a random history: for a count by hand, and the same one for a report."""

from datetime import datetime

from hypothesis import strategies as st

from projections.asking.asked import Asked, Filters
from projections.asking.question import Question
from projections.closings.outcomes import Outcomes
from projections.running.projection import Projection
from projections.stages.milestones import Milestones
from projections.stages.stage_visits import StageVisits
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.closing_histories import QUARTER_DAYS, History, instant
from tests.projections.walked_by_hand import Counted

READ: tuple[Projection, ...] = (DealStates(), StageVisits(), Outcomes(), Milestones(), Pipelines())
"""The read models that the reports on stages ask."""


@st.composite
def asked_of(draw: st.DrawFn, history: History) -> Counted:
    """A question about any instants, with or without a period and filters."""
    # Instants at which something happened or was recorded are where answers change.
    telling = [fact.at for fact in history.facts] + [QUARTER_DAYS + fact.recorded for fact in history.facts]
    instants = st.sampled_from(telling) | st.integers(0, 2 * QUARTER_DAYS)
    start, end = sorted((draw(instants), draw(instants)))
    bounds = draw(st.sampled_from(["", "start end", "start end", "start", "end"]))
    return Counted(
        as_of=draw(st.none() | instants),
        known_at=draw(st.none() | st.none() | instants),
        start=start if "start" in bounds else None,
        end=end if "end" in bounds else None,
        owner=draw(st.sampled_from([None, None, None, "li"])),
        pipeline=draw(st.sampled_from([None, None, None, "standard"])),
        decided=draw(st.booleans()),
    )


def question_of(asked: Counted, by: tuple[str, ...]) -> Question:
    """The same question to a report, with the deals behind its figures."""
    return Question(
        asked=Asked(_maybe(asked.as_of), _maybe(asked.known_at)),
        by=by,
        start=_maybe(asked.start),
        end=_maybe(asked.end),
        filters=Filters(owner=asked.owner, pipeline=asked.pipeline),
        decided=asked.decided,
        with_deals=True,
    )


def _maybe(quarter: int | None) -> datetime | None:
    return None if quarter is None else instant(quarter)
