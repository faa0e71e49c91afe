"""Who says why: the events speak of what took longer than in most won deals, and tellers are laid beside each other."""

from collections.abc import Iterator

import pytest

from domain.deal.life import DealOpened
from domain.deal.outcome import CausesRecorded, DealLost, DealWon
from domain.deal.touchpoints import QuestionAnswered, QuestionRaised, TouchpointHeld
from domain.values import Cause
from projections.asking.question import Question
from projections.causes.causes import causes
from projections.causes.causes_answer import CausesGroup
from projections.causes.measures import Measures
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.closing_stories import Stories, day

OPENED = DealOpened(title="Press 4", pipeline="standard", pipeline_revision=1, stage="prospecting")
CALL = TouchpointHeld(touchpoint="t", kind="call", direction="out")


@pytest.fixture
def stories() -> Iterator[Stories]:
    found = Stories()
    yield found
    found.close()


def group(stories: Stories, **asked: object) -> CausesGroup:
    catch_up(stories.views, stories.deals, (DealStates(), Outcomes(), Measures(), Pipelines()))
    (found,) = causes(stories.views, stories.deals, Question(**asked)).groups  # type: ignore[arg-type]
    return found


def wins(stories: Stories, first: int, after: int) -> None:
    """Won deals: a call after two days, a question answered within one, won after a week."""
    for each in range(first, after):
        story = (
            (0, OPENED),
            (2, CALL),
            (3, QuestionRaised(question="q", text="How?")),
            (3.5 + each / 100, QuestionAnswered(question="q", answer="So.")),
            (7, DealWon()),
        )
        for at, event in story:
            stories.tell(event, day(at), deal=f"won-{each}")


def told_by_events(found: CausesGroup) -> dict[str, int]:
    return {
        reason.reason: reason.deals
        for teller in found.tellers
        if teller.teller == "events"
        for reason in teller.reasons
    }


def test_the_events_speak_of_what_took_longer_than_in_95_percent_of_the_won_deals(stories: Stories) -> None:
    slow = (
        (0, OPENED),
        (2, CALL),
        (3, QuestionRaised(question="q", text="How?")),
        (9, QuestionAnswered(question="q", answer="So.")),
        (30, DealLost(kind="no-decision")),
    )
    for at, event in slow:
        stories.tell(event, day(at))
    stories.tell(OPENED, day(0), deal="usual")
    stories.tell(CALL, day(2), deal="usual")
    stories.tell(DealLost(kind="declined"), day(5), deal="usual")
    wins(stories, 0, 18)
    assert told_by_events(group(stories)) == {}
    wins(stories, 18, 20)
    assert told_by_events(group(stories)) == {"no-follow-up": 1, "slow-response": 1}


def test_tellers_are_laid_beside_each_other(stories: Stories) -> None:
    price, silence, other = (Cause(reason=each) for each in ("price", "no-follow-up", "other"))
    for number, (rep, buyer) in enumerate(((price, price), (price, silence), (price, None), (other, None))):
        name = f"D-{number}"
        lost = DealLost(kind="declined", causes=(price,) if number == 0 else None)
        stories.tell(OPENED, day(0), deal=name)
        stories.tell(lost, day(2), deal=name)
        stories.tell(CausesRecorded(told_by="rep", outcome=2, causes=(rep,)), day(3), deal=name)
        if buyer is not None:
            stories.tell(CausesRecorded(told_by="buyer", outcome=2, causes=(buyer,)), day(4), deal=name)
    stories.tell(OPENED, day(0), deal="D-4")
    stories.tell(DealLost(kind="disqualified"), day(2), deal="D-4")
    found = group(stories)
    assert {each.tellers: (each.n, each.agree) for each in found.agreements} == {
        ("closing", "rep"): (1, 1),
        ("closing", "buyer"): (1, 1),
        ("rep", "buyer"): (2, 1),
    }
    coverage = found.coverage
    assert (coverage.with_cause, coverage.without_cause, coverage.told_by_buyer, coverage.only_other) == (
        4,
        1,
        2,
        1,
    )
    assert coverage.share_told_by_buyer == 0.4
    decided = group(stories, decided=True)
    assert (decided.deals, decided.coverage.without_cause) == (4, 0)
