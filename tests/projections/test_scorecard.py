from collections.abc import Iterator

import pytest

from domain.deal.after_the_win import ContractSigned
from domain.deal.life import DealOpened
from domain.deal.outcome import DealMerged, DealWon
from domain.deal.outlook import DealLeadAccepted
from domain.deal.team import DealOwnerAssigned, DealTeammateAssigned, DealTeammateReleased
from domain.deal.touchpoints import TouchpointHeld, TouchpointMissed, TouchpointPlanned
from domain.errors import BadInput
from domain.event import Event
from domain.values import Follows
from projections.asking.question import Question
from projections.touchpoints.scorecard import Per, scorecard
from projections.touchpoints.scorecard_answer import ScorecardGroup
from tests.projections.closing_stories import Stories, day, usd


@pytest.fixture
def stories() -> Iterator[Stories]:
    stories = Stories()
    yield stories
    stories.close()


def opened(owner: str | None = "li", **facts: object) -> DealOpened:
    return DealOpened.model_validate(
        {"title": "Pumps", "pipeline": "standard", "pipeline_revision": 1, "owner": owner, **facts}
    )


def told(stories: Stories, *happened: tuple[float, Event], deal: str = "D-1") -> None:
    for number, event in happened:
        stories.tell(event, day(number), deal=deal)


def scored(
    stories: Stories, per: Per = "week", by: tuple[str, ...] = ()
) -> dict[tuple[str | None, ...], ScorecardGroup]:
    answer = scorecard(stories.caught_up(), stories.deals, Question(by=by), per=per)
    return {tuple(group.by.values()): group for group in answer.groups}


def call(touchpoint: str, *hosts: str) -> TouchpointHeld:
    return TouchpointHeld(touchpoint=touchpoint, kind="call", hosts=hosts)


def test_a_touchpoint_counts_for_each_of_its_hosts_and_once_in_all(stories: Stories) -> None:
    told(stories, (0, opened()), (1, call("t1", "anna", "bo", "anna")))
    assert {key: group.touchpoints for key, group in scored(stories).items()} == {
        ("anna", "2026-W10"): 1,
        ("bo", "2026-W10"): 1,
    }
    assert [group.touchpoints for group in scored(stories, by=("owner",)).values()] == [1]


def test_without_hosts_a_touchpoint_counts_for_those_of_its_plan_else_for_the_owner_then(
    stories: Stories,
) -> None:
    plan = TouchpointPlanned(touchpoint="t1", kind="meeting", planned_for=day(2), hosts=("anna",))
    told(stories, (0, opened("li")), (1, plan), (2, call("t1")), (3, call("t2")))
    told(stories, (4, DealOwnerAssigned(owner=None)), (5, call("t3")))
    assert {person: group.touchpoints for (person, _), group in scored(stories).items()} == {
        "anna": 1,
        "li": 1,
        None: 1,
    }


def test_appointments_count_in_the_week_in_which_they_were_made_held_or_missed(stories: Stories) -> None:
    plans = [TouchpointPlanned(touchpoint=name, kind="demo", planned_for=day(9)) for name in ("a", "b")]
    told(stories, (0, opened()), (1, plans[0]), (2, plans[1]), (9, call("a")), (10, call("unplanned")))
    told(stories, (16, TouchpointMissed(touchpoint="b")))
    appointments = {
        week: (each.appointments.made, each.appointments.held, each.appointments.missed)
        for (_, week), each in scored(stories).items()
    }
    assert appointments == {"2026-W10": (2, 0, 0), "2026-W11": (0, 1, 0), "2026-W12": (0, 0, 1)}


def test_a_lead_waits_from_its_acceptance_to_the_next_touchpoint(stories: Stories) -> None:
    told(stories, (0, opened()), (1, call("t1")), (2, DealLeadAccepted(level="mql")), (2.5, call("t2")))
    told(stories, (0, opened()), (3, DealLeadAccepted(level="mql")), deal="D-2")
    (week,) = scored(stories).values()
    assert (week.response_hours.n, week.response_hours.median, week.waiting) == (1, 12.0, 1)


def test_what_is_of_the_whole_deal_counts_for_its_owner_and_teammates_then(stories: Stories) -> None:
    told(stories, (0, opened()), (1, DealTeammateAssigned(person="bo", duty="bdr")))
    told(stories, (2, DealLeadAccepted(level="sql")), (3, DealTeammateReleased(person="bo", duty="bdr")))
    told(stories, (4, ContractSigned()), (5, DealWon(amount=usd("100"))))
    month = scored(stories, "month")
    assert {person: (each.leads["sql"], each.contracts, each.won) for (person, _), each in month.items()} == {
        "li": (1, 1, 1),
        "bo": (1, 0, 0),
    }
    assert month["bo", "2026-03"].conversions.bdr.model_dump() == {
        "n": 1,
        "reached": 1,
        "rate": 1.0,
        "too_few": True,
    }


def test_five_leads_are_enough_for_a_conversion(stories: Stories) -> None:
    for number in range(5):
        told(stories, (0, opened()), (1, DealLeadAccepted(level="mql")), deal=f"D-{number}")
    told(stories, (60, DealLeadAccepted(level="sql")), deal="D-0")
    (march,) = (each for (_, month), each in scored(stories, "month").items() if month == "2026-03")
    assert march.conversions.mql_to_sql.model_dump() == {
        "n": 5,
        "reached": 1,
        "rate": 0.2,
        "too_few": False,
    }


def test_a_quarter_says_who_bought_again_and_who_referred_whom(stories: Stories) -> None:
    first = stories.tell(opened(account="acme"), day(0))
    again = Follows(deal=str(first.stream_id), kind="renewal")
    referred = Follows(deal=str(first.stream_id), kind="referral")
    for name, follows in (("D-2", again), ("D-3", again), ("D-4", referred)):
        account = "acme" if follows is again else "umbrella"
        told(stories, (1, opened(account=account, follows=follows)), (2, DealWon()), deal=name)
    (quarter,) = scored(stories, "quarter").values()
    assert (quarter.won, quarter.again.deals, quarter.again.accounts) == (3, 2, 1)
    assert [(each.referrer, each.deals) for each in quarter.referred] == [("acme", 1)]


def test_what_is_undated_is_in_no_period_and_is_counted(stories: Stories) -> None:
    stories.tell(opened(), day(0))
    stories.tell(call("t1"), day(1), precision="unknown")
    answer = scorecard(stories.caught_up(), stories.deals, Question())
    assert (answer.groups, answer.undated_acts) == ((), 1)


def test_a_deal_that_was_merged_counts_nowhere(stories: Stories) -> None:
    told(stories, (0, opened()), (1, call("t1")), (2, DealMerged(into="another")))
    assert scored(stories) == {}


@pytest.mark.parametrize("by", [("person", "person"), ("colour",)])
def test_an_unknown_grouping_or_one_named_twice_is_refused(stories: Stories, by: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        scored(stories, by=by)
