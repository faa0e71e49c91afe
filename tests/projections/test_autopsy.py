"""Autopsies of single deals, told as stories."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

import pytest

from domain.deal.life import DealExpectedCloseMoved, DealOpened, DealStageChanged, Override
from domain.deal.negotiation import ConcessionMade, OfferMade
from domain.deal.objections import ObjectionAnswered, ObjectionRaised, ObjectionSettled
from domain.deal.outcome import CausesRecorded, DealDiscarded, DealLost, DealReopened, DealWon
from domain.deal.outlook import DealCompetitorNoted
from domain.deal.people import ContactAdded, ContactAssessed, ContactRemoved
from domain.deal.reading import standing
from domain.deal.touchpoints import TouchpointHeld
from domain.errors import BadInput, NotFound
from domain.event import Event
from domain.values import Cause, Day
from projections.asking.asked import Asked
from projections.causes.autopsy import autopsy
from projections.causes.autopsy_answer import AutopsyAnswer
from projections.causes.facts_of_deals import facts_of_story
from projections.causes.measures import Measures, measured
from projections.causes.unusual import compared
from projections.closings.outcomes import Outcomes
from projections.running.runner import catch_up
from projections.states.deal_states import DealStates
from projections.states.pipelines import Pipelines
from tests.projections.closing_stories import Stories, day
from tests.projections.planted_causes import ORDINARY, lost, store_of, stream_of, won
from tests.projections.spare_views import views_of

NEEDED = (DealStates(), Outcomes(), Measures(), Pipelines())
OPENED = DealOpened(
    title="Press 4", pipeline="standard", pipeline_revision=1, stage="prospecting", segment={"region": "west"}
)
CALL = TouchpointHeld(touchpoint="t", kind="call", direction="out", contacts=("wang",))
LOST_BY_PRICE = DealLost(kind="declined", causes=(Cause(reason="price", evidence=(1,)),))


@pytest.fixture
def stories() -> Iterator[Stories]:
    found = Stories()
    yield found
    found.close()


def asked(stories: Stories, as_of: datetime | None = None, known_at: datetime | None = None) -> AutopsyAnswer:
    return _asked(stories, as_of, known_at, None)


def _asked(
    stories: Stories, as_of: datetime | None, known_at: datetime | None, same: tuple[str, ...] | None
) -> AutopsyAnswer:
    views = stories.views
    catch_up(views, stories.deals, NEEDED)
    return autopsy(views, stories.deals, stream_of("D-1"), Asked(as_of, known_at), same=same)


def shown(answer: AutopsyAnswer) -> dict[tuple[str, str | None], tuple[float, tuple[int, ...]]]:
    return {(each.fact, each.stage): (each.value, each.events) for each in answer.facts if each.value}


def peers(stories: Stories, number: int, *, region: str = "west", gap: float = 2) -> None:
    """So many won deals, each with a call after so many days."""
    for each in range(number):
        name = f"won-{region}-{each}"
        opened = OPENED.model_copy(update={"segment": {"region": region}})
        stories.tell(opened, day(0), deal=name)
        stories.tell(CALL, day(gap + each / 100), deal=name)
        stories.tell(DealWon(), day(gap + 1), deal=name)


def test_an_autopsy_tells_each_fact_with_the_events_that_show_it(stories: Stories) -> None:
    told: list[tuple[float, Event]] = [
        (0, OPENED.model_copy(update={"expected_close": Day(2026, 4, 1)})),
        (1, ContactAdded(contact="wang", name="Wang")),
        (1, ContactAssessed(contact="wang", roles=("champion",), stance="supporter")),
        (1, ContactAdded(contact="chen", name="Chen")),
        (1, ContactAssessed(contact="chen", roles=("legal",), stance="blocker")),
        (2, CALL),
        (3, ObjectionRaised(objection="o", topic="price", text="Too dear.")),
        (6, ObjectionAnswered(objection="o", text="It lasts longer.")),
        (6, ConcessionMade(side="seller", term="price")),
        (
            7,
            DealStageChanged(
                to_stage="negotiation", pipeline_revision=1, override=Override(rule="r", reason="other")
            ),
        ),
        (8, DealExpectedCloseMoved(expected_close=Day(2026, 4, 15))),
        (9, ContactRemoved(contact="wang", reason="left-company")),
        (10, DealCompetitorNoted(competitor="Umbrella", standing="ahead")),
        (23, DealLost(kind="no-decision")),
    ]
    for at, event in told:
        stories.tell(event, day(at))
    answer = asked(stories)
    assert shown(answer) == {
        ("silence", "negotiation"): (20.0, (7, 14)),
        ("silence", "prospecting"): (2.0, (1, 6)),
        ("champions-left", None): (1, (12,)),
        ("never-met", None): (1, (4,)),
        ("hostile", None): (1, (5,)),
        ("objections-unsettled", None): (1, (7,)),
        ("objection-answer", None): (3.0, (7, 8)),
        ("concessions-unreturned", None): (1, (9,)),
        ("pushes", None): (1, (11,)),
        ("pushed-days", None): (14.0, (11,)),
        ("overrides", None): (1, (10,)),
        ("competitors", None): (1, (13,)),
        ("competitor-arrival", None): (10.0, (1, 13)),
        ("first-response", None): (2.0, (1, 6)),
    }
    assert [(each.reason, each.events) for each in answer.events_say] == [
        ("champion-left", (12,)),
        ("competitor", (13,)),
        ("price", (7,)),
    ]
    assert (answer.peers.deals, answer.peers.enough) == (0, False)
    assert {each.too_few for each in answer.facts} == {True}


def test_a_declared_price_that_nobody_objected_to_is_pointed_out(stories: Stories) -> None:
    for number, event in enumerate((OPENED, CALL, LOST_BY_PRICE)):
        stories.tell(event, day(number))
    stories.tell(CausesRecorded(told_by="rep", outcome=3, causes=(Cause(reason="price"),)), day(4))
    told_by_buyer = CausesRecorded(told_by="buyer", outcome=3, causes=(Cause(reason="champion-left"),))
    stories.tell(told_by_buyer, day(5))
    answer = asked(stories)
    assert [(each.reason, each.told_by, each.missing) for each in answer.contradictions] == [
        ("price", ("closing", "rep"), ("price-objection", "counter-offer")),
        ("champion-left", ("buyer",), ("contact-left",)),
    ]
    assert [(each.told_by, [cause.reason for cause in each.causes]) for each in answer.declared] == [
        (None, ["price"]),
        ("rep", ["price"]),
        ("buyer", ["champion-left"]),
    ]
    # Somebody remembers the counter-offer: as known from then on, there is a trace of the price.
    stories.tell(OfferMade(offer="theirs", side="buyer"), day(1.5), known=day(20))
    assert [each.reason for each in asked(stories).contradictions] == ["champion-left"]
    # As of the closing nobody had said anything but the closing itself.
    before = asked(stories, as_of=day(2))
    assert [each.told_by for each in before.declared] == [None]


def test_what_a_win_names_is_no_contradiction(stories: Stories) -> None:
    stories.story(OPENED, CALL, DealWon(causes=(Cause(reason="price"),)))
    assert asked(stories).contradictions == ()


def test_what_became_known_later_is_not_in_an_autopsy_as_known_before(stories: Stories) -> None:
    for number, event in enumerate(
        (OPENED, ContactAdded(contact="wang", name="Wang"), DealLost(kind="unknown"))
    ):
        stories.tell(event, day(number), known=day(number))
    stories.tell(ContactRemoved(contact="wang"), day(1.5), known=day(9))
    assert ("contacts-left", None) in shown(asked(stories))
    assert ("contacts-left", None) not in shown(asked(stories, known_at=day(8)))
    assert ("never-met", None) in shown(asked(stories, known_at=day(8)))


def test_each_closing_of_a_deal_has_an_autopsy_of_its_own(stories: Stories) -> None:
    settled = ObjectionSettled(objection="o", resolved=True)
    raised = ObjectionRaised(objection="o", topic="price", text="No.")
    stories.story(OPENED, raised, DealLost(kind="declined"), DealReopened(), settled, DealWon())
    first, last = asked(stories, as_of=day(3)), asked(stories)
    assert (first.outcome, first.version, last.outcome, last.version) == ("lost", 3, "won", 6)
    assert ("objections-unsettled", None) in shown(first)
    assert ("objections-unsettled", None) not in shown(last)
    with pytest.raises(BadInput, match="not closed at that instant"):
        asked(stories, as_of=day(4))
    with pytest.raises(NotFound):
        asked(stories, as_of=day(0))


def test_a_discarded_deal_has_no_autopsy(stories: Stories) -> None:
    stories.story(OPENED, DealLost(kind="declined"), DealDiscarded(reason="test"))
    with pytest.raises(BadInput):
        asked(stories)


def test_a_deal_is_compared_with_won_deals_of_its_segments_where_there_are_enough(stories: Stories) -> None:
    stories.tell(OPENED, day(0))
    stories.tell(CALL, day(60))
    stories.tell(DealLost(kind="no-decision"), day(61))
    peers(stories, 12)
    peers(stories, 12, region="east")
    answer = asked(stories)
    assert (answer.peers.deals, answer.peers.segments, answer.peers.left_out) == (24, {}, ("region",))
    silence = answer.facts[0]
    assert (silence.fact, silence.won.n, silence.is_difference) == ("first-response", 24, True)
    assert {each.fact for each in answer.facts if each.is_difference} == {"first-response", "silence"}
    alike = _asked(stories, None, None, ("region",))
    assert (alike.peers.deals, alike.peers.segments, alike.peers.enough) == (12, {"region": "west"}, False)
    assert not any(each.is_difference for each in alike.facts)
    peers(stories, 20)
    assert asked(stories).peers.segments == {"region": "west"}
    with pytest.raises(BadInput, match="It has: region"):
        _asked(stories, None, None, ("industry",))


def test_the_page_tells_what_a_comparison_of_the_whole_stories_tells() -> None:
    chance = Random(21)
    all_won = [won(chance, f"won-{number}") for number in range(40)]
    all_lost = [lost(chance, f"lost-{number}") for number in range(6)]
    with store_of([*all_won, *all_lost]) as deals, views_of(deals) as views:
        catch_up(views, deals, NEEDED)
        facts = [
            {fact: each.value for fact, each in facts_of_story(measured(standing(story)), ORDINARY).items()}
            for story in (*all_lost, *all_won)
        ]
        for number in range(len(all_lost)):
            own, others = facts[number], facts[len(all_lost) :]
            told = compared(own, others)
            page = autopsy(views, deals, stream_of(f"lost-{number}"), Asked())
            assert {
                (each.fact, each.stage): (each.won.n, each.as_odd, each.is_difference) for each in page.facts
            } == {
                (fact.name, fact.stage): (each.n, each.as_odd, each.is_difference)
                for fact, each in told.items()
            }
