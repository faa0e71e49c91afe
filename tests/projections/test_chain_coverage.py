from domain.deal.life import DealOpened
from domain.deal.touchpoints import TouchpointHeld
from projections.asking.asked import Asked
from projections.people.chain_coverage import threads
from projections.people.contacts import Contacts
from projections.running.known import as_known
from tests.projections.closing_stories import Stories, day, micros


def test_who_was_touched_thirty_days_ago_is_a_thread_no_more() -> None:
    stories = Stories()
    stories.tell(DealOpened(title="Pumps", pipeline="standard", pipeline_revision=1), day(1))
    for at, contact in ((2, "wang"), (3, "zhao"), (3, "wang")):
        stories.tell(TouchpointHeld(touchpoint=f"t{at}", kind="call", contacts=(contact,)), day(at))
    with as_known(stories.caught_up(), stories.deals, [Contacts()], None) as known:
        touched = {
            at: list(threads(known, Asked(as_of=day(at)), micros(at)).values()) for at in (2, 3, 32.9, 33)
        }
    assert touched == {2: [1], 3: [2], 32.9: [2], 33: []}
    stories.close()
