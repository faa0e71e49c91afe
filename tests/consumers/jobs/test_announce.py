"""Which news a sales team hears of, once each, and what it hears when the record was wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from json import loads

import pytest
from sqlalchemy import MetaData

from consumers.jobs.announce.job import make
from consumers.jobs.announce.sending import NotTaken
from consumers.running.state import State
from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealAmountRevised, DealExpectedCloseMoved, DealOpened
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.deal.outlook import DealNoteAdded
from domain.errors import BadInput
from domain.event import Event, Recorded
from tests.consumers.jobs.receiving import Receiver, Reply
from tests.domain.telling import MONDAY, cny, recorded, told

OPENED = DealOpened(
    title="Pumps",
    owner="li.lei",
    amount=cny("80000"),
    expected_close=MONDAY.date() + timedelta(30),
    segment={"region": "east", "product": "pumps"},
    pipeline_revision=1,
)
WON, LOST, REOPENED = DealWon(), DealLost(kind="declined"), DealReopened(reason="other")
PUSHED = DealExpectedCloseMoved(expected_close=MONDAY.date() + timedelta(60))
SOON = MONDAY + timedelta(days=6)


def corrected(
    version: int, data: Mapping[str, object], type: str = "DealWon", new: str | None = None
) -> EventCorrected:
    return EventCorrected(
        corrects=version, type=type, replacement=Replacement(type=new, data=dict(data)), reason="other"
    )


class Announced:
    """The job with its state, and what the chat got."""

    def __init__(self, state: State, chat: Receiver, **config: object) -> None:
        self._state, self._chat, self.now = state, chat, SOON
        urls = [chat.url.replace("http", "json")]
        self.job = make({"urls": urls, **config}, {}, clock=lambda: self.now)
        assert self.job.tables is not None
        state.make(self.job.tables)

    def take(self, *events: Recorded) -> None:
        """As the runtime does: what the job is about, each in a transaction of its own."""
        assert self.job.on_event is not None
        for each in events:
            if self.job.wants(each):
                with self._state.writing() as connection:
                    self.job.on_event(each, connection)

    def heard(self) -> list[str]:
        """The headlines so far."""
        return [loads(got.body)["title"] for got in self._chat.got]


@pytest.fixture
def announced(state: State, receiver: Receiver) -> Callable[..., Announced]:
    return lambda **config: Announced(state, receiver, **config)


def test_wins_losses_reopenings_and_pushes_are_announced_and_nothing_else(
    announced: Callable[..., Announced],
) -> None:
    job = announced()
    job.take(*told(OPENED, DealNoteAdded(text="called"), PUSHED, LOST, REOPENED, WON))
    assert job.heard() == ["Pushed: Pumps", "Lost: Pumps", "Reopened: Pumps", "Won: Pumps"]


def test_a_replay_repeats_nothing(announced: Callable[..., Announced]) -> None:
    job = announced()
    story = told(OPENED, WON, corrected(2, {"amount": {"amount": "5", "currency": "CNY"}}))
    job.take(*story, *story)
    assert job.heard() == ["Won: Pumps", "Correction · Won: Pumps"]


@pytest.mark.parametrize(
    ("config", "heard"),
    [
        ({}, True),
        ({"kinds": ["lost", "pushed"]}, False),
        ({"kinds": ["won"]}, True),
        ({"at_least": {"CNY": "80000"}}, True),
        ({"at_least": {"CNY": 80000.01}}, False),
        ({"at_least": {"EUR": 1_000_000}}, True),
        ({"segment": {"region": "east"}}, True),
        ({"segment": {"region": ["north", "east"], "product": ["pumps"]}}, True),
        ({"segment": {"region": "east", "product": "fans"}}, False),
        ({"segment": {"team": "one"}}, False),
        ({"since": SOON}, False),
        ({"since": MONDAY}, True),
        ({"days": 5}, True),
        ({"days": 4}, False),
    ],
)
def test_a_channel_hears_what_it_asked_for(
    announced: Callable[..., Announced], config: dict[str, object], heard: bool
) -> None:
    job = announced(**config)
    job.take(*told(OPENED, WON))
    assert job.heard() == (["Won: Pumps"] if heard else [])


def test_the_amount_that_counts_is_the_one_the_deal_was_won_at(announced: Callable[..., Announced]) -> None:
    job = announced(at_least={"CNY": 90_000})
    job.take(*told(OPENED, DealWon(amount=cny("90000"))))
    assert job.heard() == ["Won: Pumps"]


def test_a_deal_without_an_amount_is_announced(announced: Callable[..., Announced]) -> None:
    job = announced(at_least={"CNY": 90_000})
    job.take(*told(OPENED, DealAmountRevised(amount=None), WON))
    assert job.heard() == ["Won: Pumps"]


def test_history_is_not_announced_but_known(announced: Callable[..., Announced]) -> None:
    job = announced()
    job.now = MONDAY + timedelta(days=300)
    job.take(*told(OPENED, LOST))
    job.take(recorded(REOPENED, 3, occurred_at=job.now, recorded_at=job.now))
    assert job.heard() == ["Reopened: Pumps"]


def test_what_is_imported_is_silent_unless_somebody_wants_it(announced: Callable[..., Announced]) -> None:
    story = [replace(each, channel="import:crm") for each in told(OPENED, WON)]
    job = announced()
    job.take(*story)
    assert job.heard() == []
    louder = announced(imports=True, name="louder")
    louder.take(*story)
    assert louder.heard() == ["Won: Pumps"]


@pytest.mark.parametrize(
    ("story", "heard"),
    [
        ((WON, corrected(2, {"amount": {"amount": "5", "currency": "CNY"}})), ["Correction · Won: Pumps"]),
        ((WON, corrected(2, {"kind": "declined"}, new="DealLost")), ["Correction · Lost: Pumps"]),
        ((WON, corrected(2, {"offer": "nobody reads of it"})), []),
        ((WON, EventRetracted(retracts=2, type="DealWon", reason="other")), ["Taken back · Won: Pumps"]),
        (
            (
                WON,
                EventRetracted(retracts=2, type="DealWon", reason="other"),
                corrected(2, {}),
            ),
            ["Taken back · Won: Pumps", "Won: Pumps"],
        ),
        (
            (PUSHED, corrected(2, {"expected_close": "2026-03-02"}, type="DealExpectedCloseMoved")),
            ["Taken back · Pushed: Pumps"],
        ),
    ],
)
def test_when_the_record_was_wrong_the_chat_learns_what_holds(
    announced: Callable[..., Announced], story: Sequence[Event], heard: list[str]
) -> None:
    job = announced()
    job.take(*told(OPENED, *story))
    assert job.heard()[1:] == heard


def test_a_correction_of_what_nobody_heard_of_is_silent(announced: Callable[..., Announced]) -> None:
    job = announced(at_least={"CNY": 1_000_000})
    amount = {"amount": {"amount": "2000000", "currency": "CNY"}}
    job.take(
        *told(OPENED, WON, corrected(2, amount), EventRetracted(retracts=2, type="DealWon", reason="other"))
    )
    assert job.heard() == []


def test_a_loss_that_was_a_win_is_news_to_a_channel_of_wins(announced: Callable[..., Announced]) -> None:
    job = announced(kinds=["won"])
    story = told(OPENED, LOST, corrected(2, {}, type="DealLost", new="DealWon"))
    job.take(*story, *story)
    assert job.heard() == ["Won: Pumps"]


def test_a_message_that_fails_leaves_nothing_behind_and_comes_later(
    announced: Callable[..., Announced], receiver: Receiver
) -> None:
    job = announced()
    opened, won = told(OPENED, WON)
    job.take(opened)
    receiver.answering = lambda _: Reply(404)
    with pytest.raises(NotTaken):
        job.take(won)
    receiver.answering = lambda _: Reply()
    job.take(won, won)
    assert job.heard() == ["Won: Pumps", "Won: Pumps"]  # the one that was refused, and the one that was taken


def test_it_speaks_chinese(announced: Callable[..., Announced]) -> None:
    job = announced(lang="zh-CN", zone="Asia/Shanghai")
    job.take(*told(OPENED, WON))
    assert job.heard() == ["【签单】Pumps"]


def test_two_channels_in_one_database_have_tables_of_their_own(announced: Callable[..., Announced]) -> None:
    tables = [announced(name=name).job.tables or MetaData() for name in ("announce", "announce-east")]
    assert [sorted(each.tables) for each in tables] == [
        ["announce_announced", "announce_known_deals"],
        ["announce_east_announced", "announce_east_known_deals"],
    ]


SECRET = "json://user:password@example.com"  # noqa: S105 - guards nothing


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({}, "give urls, or urls_env"),
        ({"urls": []}, "give urls, or urls_env"),
        ({"urls": [SECRET], "urls_env": "X"}, "give urls, or urls_env"),
        ({"urls_env": "X"}, "the environment variable X is not set"),
        ({"urls": SECRET}, "urls: "),
        ({"urls": [SECRET, 5]}, "urls.1: "),
        ({"urls": [SECRET], "lang": "de"}, "lang: "),
        ({"urls": [SECRET], "zone": "Mars/Base"}, "zone: there is no such time zone"),
        ({"urls": [SECRET], "kinds": ["won", "drawn"]}, r"kinds\.1: |kinds: "),
        ({"urls": [SECRET], "at_least": {"yuan": 5}}, r"at_least\.yuan"),
        ({"urls": [SECRET], "at_least": {"CNY": -5}}, r"at_least\.CNY: "),
        ({"urls": [SECRET], "days": 0}, "days: "),
        ({"urls": [SECRET], "sinse": 0}, "sinse: "),
    ],
)
def test_a_wrong_configuration_names_its_field_and_shows_no_address(
    config: dict[str, object], named: str
) -> None:
    with pytest.raises(BadInput, match=named) as caught:
        make(config, {})
    assert "password" not in str(caught.value)


def test_addresses_may_lie_in_the_environment(receiver: Receiver, state: State) -> None:
    job = make({"urls_env": "CHATS"}, {"CHATS": f"{SECRET}\n json://localhost/two"})
    assert job.name == "announce"
