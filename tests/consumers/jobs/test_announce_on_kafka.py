"""Announcements from Kafka to a chat: once each, a refused one sets its deal aside until somebody releases it."""

from json import loads
from pathlib import Path

from sqlalchemy import func, select

from consumers.jobs.announce.job import make
from consumers.running.going_on import release
from consumers.running.starting import group_of
from consumers.running.state import PARKED, State
from domain.deal.life import OpenDeal
from domain.deal.outcome import ReopenDeal, WinDeal
from domain.event import Actor
from engine.clock import now
from engine.deals import Deals
from engine.ids import new_id
from engine.settings import Settings
from tests.consumers.jobs.delivering import until
from tests.consumers.jobs.receiving import Got, Receiver, Reply
from tests.consumers.jobs.shipped import running
from tests.end_to_end.consumer_feed import feed, make_topics, send

BY = Actor(id="li.lei")


def title(got: Got) -> str:
    return str(loads(got.body)["title"])


def test_news_reaches_the_chat_once_and_a_refused_message_when_its_deal_is_released(
    tmp_path: Path, kafka_address: str, topic_prefix: str, receiver: Receiver
) -> None:
    settings = Settings(kafka=kafka_address, topic_prefix=topic_prefix, store="memory:")
    make_topics(settings, "announce")
    job = make({"urls": [receiver.url.replace("http", "json")], "lang": "zh-CN"}, {})
    wrong, away, taken = {"Racks"}, [503, 503], list[str]()

    def answering(got: Got) -> Reply:
        if away:
            return Reply(away.pop())
        if any(name in title(got) for name in wrong):
            return Reply(403)
        taken.append(title(got))
        return Reply()

    receiver.answering = answering
    racks, pumps = new_id(), new_id()
    with Deals(settings) as deals, State.open(f"sqlite:///{tmp_path}/announce.state.db") as state:
        for deal, name in ((racks, "Racks"), (pumps, "Pumps")):
            deals.handle(deal, OpenDeal(title=name, owner="li.lei"), by=BY)
            deals.handle(deal, WinDeal(), by=BY)
            deals.handle(deal, ReopenDeal(reason="other"), by=BY)
        send(settings, feed(deals))

        def parked() -> int:
            with state.reading() as connection:
                return int(connection.scalar(select(func.count()).select_from(PARKED)) or 0)

        with running(job, settings, state, attempts=2):
            until(lambda: len(taken) == 2 and parked() == 2, 40)
            assert taken == ["【签单】Pumps", "【重新打开】Pumps"]
            wrong.clear()
            release(state, group_of(job.name, settings), [racks], now())
            until(lambda: parked() == 0, 40)
        assert taken[2:] == ["【签单】Racks", "【重新打开】Racks"]
    assert away == []
