"""The audit trail: what each event changed, what came in late or was corrected, who set each field."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealAmountRevised, DealDetailsChanged, DealOpened, DealStageChanged
from domain.deal.outcome import DealLost, DealReopened
from domain.deal.outlook import DealCompetitorNoted, DealCriterionAnswered, DealNoteAdded
from domain.deal.team import DealTeammateAssigned
from domain.event import Actor, Event, Recorded
from domain.values import Cause, Money
from projections.one_deal.audit import Change, blame, trail

DEAL = UUID(int=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONEY = Money(amount=Decimal(80_000), currency="CNY")
MORE = Money(amount=Decimal(85_000), currency="CNY")
OPENED = DealOpened(
    title="Lighting", owner="li.lei", pipeline="standard", pipeline_revision=1, stage="prospecting"
)


def told(*events: tuple[int, int, Event], channel: str = "cli") -> list[Recorded]:
    """The story of a deal: for each event the day on which it happened, was recorded, and what it was."""
    return [
        Recorded(
            stream_id=DEAL,
            version=version,
            occurred_at=MONDAY + happened * DAY,
            recorded_at=MONDAY + recorded * DAY,
            event=event,
            by=Actor(id=f"by-{version}"),
            channel=channel,
            command_id=str(version),
            position=version,
        )
        for version, (happened, recorded, event) in enumerate(events, 1)
    ]


def versions(story: Sequence[Recorded], **asked: datetime) -> list[int]:
    return [entry.recorded.version for entry in trail(story, **asked)]


def test_each_entry_says_what_changed_from_what_to_what() -> None:
    story = told(
        (0, 0, OPENED),
        (1, 1, DealAmountRevised(amount=MONEY)),
        (2, 2, DealAmountRevised(amount=MORE)),
        (3, 3, DealNoteAdded(text="They called")),
    )
    entries = trail(story)
    assert entries[0].changes[0] == Change("title", None, "Lighting")
    assert entries[1].changes == (Change("amount", None, MONEY),)
    assert entries[2].changes == (Change("amount", MONEY, MORE),)
    assert entries[3].changes == ()


def test_entries_stand_in_the_order_in_which_things_happened() -> None:
    story = told(
        (0, 0, OPENED),
        (5, 5, DealAmountRevised(amount=MORE)),
        (2, 9, DealAmountRevised(amount=MONEY)),
    )
    entries = trail(story)
    assert [entry.recorded.version for entry in entries] == [1, 3, 2]
    assert entries[2].changes == (Change("amount", MONEY, MORE),)
    assert [entry.late for entry in entries] == [None, 7 * DAY, None]


def test_a_question_about_the_past_shows_what_had_happened_and_was_known() -> None:
    story = told(
        (0, 0, OPENED),
        (5, 5, DealNoteAdded(text="a")),
        (2, 9, DealNoteAdded(text="b")),
    )
    assert versions(story, as_of=MONDAY + 3 * DAY) == [1, 3]
    assert versions(story, known_at=MONDAY + 6 * DAY) == [1, 2]
    assert versions(story, as_of=MONDAY + 3 * DAY, known_at=MONDAY + 6 * DAY) == [1]
    assert versions(story, known_at=MONDAY - DAY) == []


def test_what_was_imported_without_its_sources_times_is_not_called_late() -> None:
    story = told((0, 90, OPENED), (1, 90, DealNoteAdded(text="a")), channel="import:crm")
    assert [entry.late for entry in trail(story)] == [None, None]


def test_a_correction_stands_with_what_it_corrects() -> None:
    story = told(
        (0, 0, OPENED),
        (3, 3, DealAmountRevised(amount=MONEY)),
        (4, 4, DealStageChanged(to_stage="meeting", pipeline_revision=1)),
        (9, 9, EventCorrected(
            corrects=2, type="DealAmountRevised", reason="by-mistake",
            replacement=Replacement(data={"amount": MORE.model_dump()}, occurred_at=MONDAY + 1 * DAY),
        )),
    )  # fmt: skip
    (_, revised, _) = trail(story)
    assert (revised.recorded.version, revised.at) == (2, MONDAY + DAY)
    assert revised.changes == (Change("amount", None, MORE),)
    (word,) = revised.words
    assert (word.version, word.by.id, word.known) == (4, "by-4", MONDAY + 9 * DAY)
    before = trail(story, known_at=MONDAY + 8 * DAY)[1]
    assert (before.changes, before.words) == ((Change("amount", None, MONEY),), ())


def test_a_retracted_event_is_still_shown_and_changes_nothing() -> None:
    story = told(
        (0, 0, OPENED),
        (3, 3, DealAmountRevised(amount=MONEY)),
        (9, 9, EventRetracted(retracts=2, type="DealAmountRevised", reason="by-mistake")),
    )
    (_, revised) = trail(story)
    assert (revised.stands, revised.changes, revised.at) == (None, (), MONDAY + 3 * DAY)
    assert [word.version for word in revised.words] == [3]


def test_blame_names_the_last_event_that_set_a_field_and_what_was_there_before() -> None:
    story = told(
        (0, 0, OPENED),
        (1, 1, DealAmountRevised(amount=MONEY)),
        (2, 2, DealDetailsChanged(segment={"region": "East"})),
        (3, 3, DealAmountRevised(amount=MORE)),
        (4, 4, DealCriterionAnswered(criterion="budget", answer="confirmed")),
        (5, 5, DealCompetitorNoted(competitor="Polaris", standing="ahead")),
        (6, 6, DealTeammateAssigned(person="zhao.ming", duty="presales")),
    )
    found = {each.field: (each.value, each.set_by.version, each.before) for each in blame(story)}
    assert found == {
        "title": ("Lighting", 1, None),
        "owner": ("li.lei", 1, None),
        "pipeline": ("standard", 1, None),
        "stage": ("prospecting", 1, None),
        "outcome": ("open", 1, None),
        "amount": (MORE, 4, MONEY),
        "segment.region": ("East", 3, None),
        "criterion.budget": ("confirmed", 5, None),
        "competitor.Polaris": ("ahead", 6, None),
        "teammate.zhao.ming": ("presales", 7, None),
    }
    assert {each.field for each in blame(story, as_of=MONDAY)} == {
        "title", "owner", "pipeline", "stage", "outcome",
    }  # fmt: skip


def test_blame_remembers_why_a_deal_was_lost_until_it_is_open_again() -> None:
    lost = DealLost(kind="competitor", competitor="Polaris", causes=(Cause(reason="price"),))
    story = told((0, 0, OPENED), (1, 1, lost), (2, 2, DealReopened(reason="new-budget")))
    then = {each.field: each.value for each in blame(story, as_of=MONDAY + DAY)}
    assert (then["outcome"], then["loss_kind"], then["lost_to"], then["causes"]) == (
        "lost", "competitor", "Polaris", ("price",),
    )  # fmt: skip
    now = {each.field: (each.value, each.before) for each in blame(story)}
    assert (now["outcome"], now["lost_to"]) == (("open", "lost"), (None, "Polaris"))
