"""Which events come into which queue: by type, by the deal's labels as they were, and from when on."""

from datetime import timedelta
from uuid import UUID

from consumers.jobs.webhooks.tending import disable, enable
from consumers.running.state import State
from domain.deal.corrections import EventRetracted
from domain.deal.life import DealDetailsChanged, DealOpened, DealStageChanged
from domain.deal.outcome import DealWon
from domain.event import Event, Recorded
from engine.clock import now
from tests.consumers.jobs.delivering import Webhooks, endpoint
from tests.domain.telling import DEAL, recorded, told

NORTH = DealOpened(title="Pumps", owner="li.lei", segment={"region": "north"}, pipeline_revision=1)
MOVED = DealStageChanged(to_stage="meeting", pipeline_revision=1)
URL = "https://crm.example"


def fresh(event: Event, version: int, seconds: float) -> Recorded:
    """An event that was recorded so many seconds from now."""
    at = now() + timedelta(seconds=seconds)
    return recorded(event, version, recorded_at=at)


def test_an_endpoint_that_says_nothing_else_gets_every_event(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL), endpoint(URL, name="billing")])
    webhooks.queue(*told(NORTH, DealWon()))
    assert sorted((each.endpoint, each.type) for each in webhooks.log()) == [
        ("billing", "DealOpened"),
        ("billing", "DealWon"),
        ("crm", "DealOpened"),
        ("crm", "DealWon"),
    ]


def test_an_event_is_queued_once_however_often_the_job_sees_it(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL)])
    webhooks.queue(*told(NORTH, DealWon()))
    webhooks.queue(*told(NORTH, DealWon()))
    assert len(webhooks.log()) == 2


def test_an_endpoint_gets_the_types_it_wants_and_what_takes_them_back(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL, types=["DealWon"])])
    webhooks.queue(*told(NORTH, MOVED, DealWon(), EventRetracted(retracts=3, type="DealWon", reason="other")))
    assert webhooks.states() == [("DealWon", "waiting"), ("EventRetracted", "waiting")]


def test_deals_are_chosen_by_their_labels_as_they_were_then(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL, segment={"region": "north"})])
    story = told(
        NORTH,
        MOVED,
        DealDetailsChanged(segment={"region": "south"}),
        MOVED,
        DealDetailsChanged(segment={"region": "north"}),
    )
    webhooks.queue(*story)
    assert [each.id.split(":")[1] for each in webhooks.log()] == ["1", "2", "5"]
    # Also when the job goes over all of it once more, knowing the end of the story.
    webhooks.queue(*story)
    assert len(webhooks.log()) == 3


def test_a_deal_whose_labels_were_never_told_is_nobodys_who_chooses_by_label(state: State) -> None:
    chooses, takes_all = endpoint(URL, segment={"region": "north"}), endpoint(URL, name="all")
    webhooks = Webhooks(state, [chooses, takes_all])
    webhooks.queue(recorded(MOVED, 7))
    assert [each.endpoint for each in webhooks.log()] == ["all"]


def test_an_endpoint_begins_when_the_job_first_runs_with_it(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL, since=None)])
    webhooks.queue(recorded(NORTH, 1))
    webhooks.queue(fresh(MOVED, 2, +60))
    assert webhooks.states() == [("DealStageChanged", "waiting")]
    # The next start changes nothing of that.
    later = Webhooks(state, [endpoint(URL, since=None)], webhooks.clock)
    later.clock.moved = timedelta(hours=1)
    later.queue(fresh(DealWon(), 3, +90))
    assert [kind for kind, _ in later.states()] == ["DealStageChanged", "DealWon"]


def test_an_endpoint_that_is_added_later_begins_later(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL)])
    webhooks.queue(*told(NORTH, MOVED))
    both = Webhooks(state, [endpoint(URL), endpoint(URL, name="billing", since=None)])
    both.queue(recorded(MOVED, 3), fresh(DealWon(), 4, +60))
    assert [each.type for each in both.log() if each.endpoint == "billing"] == ["DealWon"]


def test_an_endpoint_may_begin_at_an_instant_of_the_past(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL, since=recorded(MOVED, 2).recorded_at)])
    webhooks.queue(*told(NORTH, MOVED, DealWon()))
    assert [kind for kind, _ in webhooks.states()] == ["DealStageChanged", "DealWon"]


def test_nothing_is_queued_for_an_endpoint_that_is_disabled_or_not_active(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL), endpoint(URL, name="idle", active=False)])
    webhooks.queue(recorded(NORTH, 1))
    with state.writing() as connection:
        disable(connection, "crm", now())
    webhooks.queue(recorded(MOVED, 2))
    with state.writing() as connection:
        enable(connection, "crm")
    webhooks.queue(recorded(DealWon(), 3))
    assert [(each.endpoint, each.type) for each in webhooks.log()] == [
        ("crm", "DealOpened"),
        ("crm", "DealWon"),
    ]


def test_what_the_job_does_is_undone_with_its_transaction(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL)])
    on_event = webhooks.job.on_event
    assert on_event is not None
    with state.engine.connect() as connection:
        transaction = connection.begin()
        on_event(recorded(NORTH, 1), connection)
        transaction.rollback()
    assert webhooks.log() == []


def test_the_same_version_of_two_deals_is_two_messages(state: State) -> None:
    webhooks = Webhooks(state, [endpoint(URL)])
    webhooks.queue(recorded(NORTH, 1), recorded(NORTH, 1, stream_id=UUID(int=5), position=2))
    assert {each.id for each in webhooks.log()} == {f"{DEAL}:1:crm", f"{UUID(int=5)}:1:crm"}
