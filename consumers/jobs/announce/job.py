"""The job itself: of every event that may be news, whether it is announced, and in which words."""

import os
from collections.abc import Collection, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, MetaData

from consumers.job import Job
from consumers.jobs.announce.announced import Announced
from consumers.jobs.announce.choosing import Announce
from consumers.jobs.announce.news import KINDS, News, news
from consumers.jobs.announce.sending import Channels
from consumers.jobs.announce.wording import Message, Wording
from consumers.jobs.configured import configured
from consumers.jobs.known_deals import TELLING, KnownDeals
from domain.deal.corrections import EventCorrected, EventRetracted, named_version
from domain.errors import BadInput
from domain.event import Recorded
from engine.clock import Clock, now

MAY_BE_NEWS = frozenset(KINDS)


def make(
    config: Mapping[str, object], environment: Mapping[str, str] = os.environ, clock: Clock = now
) -> Job:
    """The job that announces; BadInput for a configuration that is not right, in which no address is shown.

    It reads from the beginning, so that it knows what every deal is called, and says nothing about history.
    """
    announce = configured(Announce, config, "announce")
    tables, prefix = MetaData(), announce.name.replace("-", "_")
    announcing = Announcing(
        announce,
        Channels(_urls(announce, environment)),
        KnownDeals(tables, prefix, also=MAY_BE_NEWS),
        Announced(tables, prefix, clock),
        clock,
    )
    return Job(name=announce.name, on_event=announcing, types=TELLING | MAY_BE_NEWS, tables=tables)


class Announcing:
    """Announces an event that is news. A failed message fails the event: it is announced later, or parked."""

    def __init__(
        self, announce: Announce, channels: Channels, known: KnownDeals, announced: Announced, clock: Clock
    ) -> None:
        self._announce, self._channels = announce, channels
        self._known, self._announced, self._clock = known, announced, clock
        self._wording = Wording(announce.lang, ZoneInfo(announce.zone))

    def __call__(self, recorded: Recorded, connection: Connection) -> None:
        """Remember what the event says of its deal, and announce what is news in it."""
        self._known.remember(connection, recorded)
        if self._is_announced(recorded, recorded.version, connection):
            return
        word = recorded.event
        if isinstance(word, EventCorrected | EventRetracted):
            self._corrected(recorded, word, connection)
        elif recorded.type in MAY_BE_NEWS and self._announce.is_recent(recorded, self._clock()):
            told = self._as_of(recorded, recorded.version, recorded.version, connection)
            if told is not None and self._announce.is_about(told):
                self._tell(recorded, {recorded.version}, self._wording.message(told), connection)

    def _corrected(
        self, recorded: Recorded, word: EventCorrected | EventRetracted, connection: Connection
    ) -> None:
        """An announced event was wrong: the chats learn it. One that was not announced may have become news."""
        version = named_version(word)
        before = self._as_of(recorded, version, recorded.version - 1, connection)
        after = self._as_of(recorded, version, recorded.version, connection)
        if self._is_announced(recorded, version, connection):
            message = self._correction(before, after, word)
            if message is not None:
                self._tell(recorded, {recorded.version}, message, connection)
        elif after is not None and (before is None or before.kind != after.kind):
            clock = self._clock()
            recent = all(self._announce.is_recent(each, clock) for each in (recorded, after.told))
            if recent and self._announce.is_about(after):
                message = self._wording.message(after)
                self._tell(recorded, {version, recorded.version}, message, connection)

    def _correction(
        self, before: News | None, after: News | None, word: EventCorrected | EventRetracted
    ) -> Message | None:
        """What is said of it; None where nobody would read a difference."""
        if after is None:
            return None if before is None else self._wording.retraction(before, word)
        message = self._wording.message(after)
        if before is None or not isinstance(word, EventCorrected):
            return message
        if message == self._wording.message(before):
            return None
        return self._wording.correction(before, after, word)

    def _tell(
        self, recorded: Recorded, versions: Collection[int], message: Message, connection: Connection
    ) -> None:
        """Send it; `versions` are the events that count as announced from now on."""
        for version in versions:
            self._announced.note(connection, recorded.stream_id, version)
        # Last: whatever fails before is undone, and a message cannot be.
        self._channels.send(recorded.event_id, message)

    def _as_of(self, recorded: Recorded, version: int, known: int, connection: Connection) -> News | None:
        return news(self._known.story(connection, recorded.stream_id, known), version)

    def _is_announced(self, recorded: Recorded, version: int, connection: Connection) -> bool:
        return self._announced.has(connection, recorded.stream_id, version)


def _urls(announce: Announce, environment: Mapping[str, str]) -> list[str]:
    if announce.urls_env is None:
        return [url.get_secret_value() for url in announce.urls]
    urls = environment.get(announce.urls_env, "").split()
    if not urls:
        raise BadInput(
            f"urls_env: the environment variable {announce.urls_env} is not set. Set it to the addresses for the "
            "job, with blanks between them, or give another name."
        )
    return urls
