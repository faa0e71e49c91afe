from collections.abc import Iterator

import pytest

from domain.deal.life import DealOpened, DealStageChanged
from domain.deal.negotiation import OfferAccepted, OfferMade, OfferRejected
from domain.deal.objections import ObjectionRaised
from domain.deal.outcome import DealReopened, DealWon
from domain.deal.outlook import DealPaused, DealResumed
from domain.deal.touchpoints import TouchpointHeld, TouchpointMissed
from domain.event import Event
from projections.asking.asked import Asked, Filters
from projections.running.known import as_known
from projections.states.deal_list import DealRow
from projections.states.deal_list import deals as list_of_deals
from projections.touchpoints.activity import Activity
from projections.touchpoints.attention import Attention
from projections.touchpoints.silences import Silences, silences
from tests.projections.closing_stories import Stories, day
from tests.projections.touching_histories import define_pipeline

CALL = TouchpointHeld(touchpoint="t", kind="call")


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def opened(stage: str = "first") -> DealOpened:
    return DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1, stage=stage, owner="li")


def moved(stage: str) -> DealStageChanged:
    return DealStageChanged(to_stage=stage, pipeline_revision=1)


def told(stories: Stories, *happened: tuple[float, Event], deal: str = "D-1") -> None:
    for number, event in happened:
        stories.tell(event, day(number), deal=deal)


def measured(stories: Stories, asked: Asked) -> Silences:
    with as_known(stories.caught_up(), stories.deals, (Activity(),), asked.known_at) as known:
        return silences(known, asked, stories.zone, stories.clock)


def found(stories: Stories, on: float) -> dict[str | None, tuple[float, bool]]:
    """The longest silence of the only deal in each stage: days, and whether it is running."""
    (stages,) = measured(stories, Asked(as_of=day(on))).longest.values()
    return {stage: (silence.days, silence.running) for (_, stage), silence in stages.items()}


def test_a_silence_lasts_from_one_voice_to_the_next(stories: Stories) -> None:
    told(stories, (0, opened()), (2, CALL), (9, ObjectionRaised(objection="o", topic="price", text="Dear.")))
    assert found(stories, 10) == {"first": (7.0, False)}


def test_what_we_do_alone_does_not_break_a_silence_and_their_answer_does(stories: Stories) -> None:
    told(stories, (0, opened()), (4, OfferMade(offer="o", side="seller")), (6, OfferRejected(offer="o")))
    assert found(stories, 8) == {"first": (6.0, False)}


def test_our_answer_to_their_offer_is_no_voice_of_theirs(stories: Stories) -> None:
    told(stories, (0, opened()), (1, OfferMade(offer="o", side="buyer")), (3, OfferAccepted(offer="o")))
    assert found(stories, 5) == {"first": (4.0, True)}


def test_a_silence_that_is_running_counts_up_to_the_instant_and_not_beyond_the_end(stories: Stories) -> None:
    told(stories, (0, opened()), (1, CALL), (11, DealWon()))
    assert found(stories, 6) == {"first": (5.0, True)}
    assert found(stories, 11) == found(stories, 40) == {"first": (10.0, False)}


def test_a_silence_belongs_to_the_stage_in_which_it_ends(stories: Stories) -> None:
    told(stories, (0, opened("first")), (1, moved("second")), (8, CALL))
    assert found(stories, 8) == {"second": (8.0, False)}


def test_what_is_paused_or_closed_is_not_silent(stories: Stories) -> None:
    told(stories, (0, opened()), (2, DealPaused(reason="budget")), (50, DealResumed()), (53, DealWon()))
    told(stories, (90, DealReopened(reason="timing")), (91, CALL))
    assert found(stories, 91) == {"first": (3.0, False)}


def test_deals_that_were_won_say_how_long_a_silence_is_usual_unless_they_are_too_few(
    stories: Stories,
) -> None:
    for number in range(5):
        told(stories, (0, opened()), (number + 1, DealWon()), deal=f"D-{number}")
    assert measured(stories, Asked(as_of=day(4))).typical("standard", "first") is None
    usual = measured(stories, Asked()).typical("standard", "first")
    assert usual is not None
    assert (usual.n, usual.median) == (5, 3.0)


def listed(stories: Stories, attention: Attention, on: float) -> list[DealRow]:
    return list_of_deals(
        stories.caught_up(), stories.deals, Asked(as_of=day(on)), Filters(), attention=attention
    )


def test_a_deal_rots_when_nothing_happens_for_longer_than_its_stage_allows(stories: Stories) -> None:
    define_pipeline(stories.deals)
    told(stories, (100, opened()), (102, TouchpointMissed(touchpoint="t")))
    assert listed(stories, Attention(rotting=True), 107) == []
    (row,) = listed(stories, Attention(rotting=True), 107.5)
    assert row.idle is not None
    assert (row.idle.days, row.idle.type, row.idle.version, row.idle.rots_after_days) == (
        5.5,
        "TouchpointMissed",
        2,
        5,
    )


def test_a_pause_stops_the_clock_without_resetting_it(stories: Stories) -> None:
    told(stories, (0, opened()), (3, DealPaused(reason="budget")))
    assert listed(stories, Attention(stalled=2), 30) == []
    told(stories, (30, DealResumed()))
    (row,) = listed(stories, Attention(stalled=2), 31)
    assert row.idle is not None
    assert (row.idle.days, row.idle.type) == (4.0, "DealOpened")


def test_a_deal_that_is_closed_neither_rots_nor_is_stalled(stories: Stories) -> None:
    told(stories, (0, opened()), (1, DealWon()))
    assert listed(stories, Attention(stalled=0), 30) == []
