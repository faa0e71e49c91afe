"""The relay itself: tails the log and sends it to Kafka, when it is its turn, until somebody stops it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Protocol

from kafka.errors import InvalidProducerEpochError, KafkaError, ProducerFencedError

from consumers.kafka_client import Producer, new_producer, reaching, told
from consumers.relay.leading import Turn
from consumers.relay.marking import Marking
from consumers.relay.names import Names, names
from consumers.relay.position import Position, check_follows
from consumers.relay.sending import commit_again, send_batch
from consumers.relay.starting import starting_position
from consumers.relay.topic_setup import check_topics
from domain.errors import StoreForeign, StoreNewer, Unavailable
from engine.deals import Deals
from engine.log import Log, Row
from engine.settings import Settings
from engine.waiting import LOOK, Patience, rest, rest_behind

RELAYING = "relaying"
"""What may be away: Kafka, the store."""

PAGE, ENOUGH = 500, 8 * 1024 * 1024
"""Rows that are read at once, and bytes after which a batch is sent before it has all its rows."""

OVERTAKEN = (ProducerFencedError, InvalidProducerEpochError)


class Watching(Protocol):
    """Told what becomes of the relay."""

    def waiting(self) -> None:
        """Another relay of this store is at work; this one stands by."""

    def began(self, position: int) -> None:
        """It is this one's turn, and it goes on behind this position."""

    def relayed(self, position: int, events: int, seconds: float) -> None:
        """So many events up to that position are in Kafka, and took so long."""

    def overtaken(self, why: str) -> None:
        """Another relay has gone on instead, and Kafka takes nothing more from this one; it waits its turn again."""

    def lost(self, error: Unavailable) -> None:
        """Kafka or the store cannot be used; said once, until they are back."""

    def back(self) -> None:
        """They can be used again."""


class _Overtaken(Exception):
    """A later producer with the same transactional id has stopped this one."""


def run_relay(
    deals: Deals,
    stopping: Callable[[], bool],
    watching: Watching,
    *,
    batch: int = 2_000,
    interval: float = 1.0,
    producers: Callable[[Settings, str], Producer] = new_producer,
    from_mark: bool = False,
) -> None:
    """Send every event of the store to Kafka once and in order, until `stopping` says so; it ends between batches.

    At most `batch` events go in one transaction. The log is looked at whenever it grows, and every `interval`
    seconds. Where Kafka or the store cannot be used it tries again until they can. `from_mark` finds a position
    that Kafka has forgotten (`starting.py`).

    What only a person can mend ends it: StoreForeign for a store that does not hold what was relayed last, also
    where that comes to light while it relays, Tampered for an event that does not follow the one before it,
    NotFound or BadInput for topics that are not as they must be, for a position that is not there though
    the topics hold events, and for an event that Kafka refuses for its size.
    """
    relay = _Relay(deals, stopping, watching, batch, interval, producers, from_mark=from_mark)
    while not stopping():
        try:
            # A group of a topic that is not there would wait for ever.
            check_topics(deals.settings, relay.names.store_id)
            with Turn(deals.settings, relay.names) as turn:
                relay.take_turns(turn)
        except _Overtaken as error:
            # A member that has slept still believes that it is its turn: it joins anew.
            watching.overtaken(str(error))
        except (StoreForeign, StoreNewer):
            raise
        except Unavailable as error:
            relay.rest(error)


class _Relay:
    """One process's relay."""

    def __init__(
        self,
        deals: Deals,
        stopping: Callable[[], bool],
        watching: Watching,
        batch: int,
        interval: float,
        producers: Callable[[Settings, str], Producer],
        *,
        from_mark: bool,
    ) -> None:
        self.names: Names = names(deals.settings, deals.info.store_id)
        self._deals = deals
        self._settings = deals.settings
        self._stopping = stopping
        self._watching = watching
        self._batch = batch
        self._interval = interval
        self._producers = producers
        self._from_mark = from_mark
        self._marking = Marking(deals.store, deals.clock)
        self._patience = Patience(watching)

    def take_turns(self, turn: Turn) -> None:
        """Relay whenever it is our turn, until it shall stop or is overtaken."""
        stands_by = False
        given = False
        while not self._stopping():
            if not turn.is_ours(LOOK):
                if not stands_by and turn.is_another_s():
                    self._watching.waiting()
                    stands_by = True
                given = False
                continue
            stands_by = False
            try:
                if not given:
                    check_topics(self._settings, self.names.store_id)
                given = True
                self._relay(turn)
            except (StoreForeign, StoreNewer):
                raise
            except Unavailable as error:
                self.rest(error, turn)

    def rest(self, error: Unavailable, turn: Turn | None = None) -> None:
        """Say once that something cannot be used, and wait before the next attempt."""

        def stopping() -> bool:
            if turn is not None:
                turn.is_ours()  # to stay in the group, it asks
            return self._stopping()

        rest(self._patience.lost(RELAYING, error), stopping)

    def _relay(self, turn: Turn) -> None:
        """Relay with one producer, as long as it is our turn and nothing fails."""
        producer = self._producers(self._settings, self.names.transactions)
        try:
            with self._sending():
                # First: it ends what a relay before this one left open, and stops that one for good.
                producer.init_transactions()
            at = starting_position(self._deals.store, self._settings, self.names, from_mark=self._from_mark)
            with self._sending():
                commit_again(producer, at, self.names)
            self._marking.began(at)
            self._watching.began(at.position)
            self._follow(producer, turn, at)
        finally:
            # At once, also when all went well: nothing is on its way between two batches.
            with suppress(KafkaError):
                producer.close(timeout=0)

    def _follow(self, producer: Producer, turn: Turn, at: Position) -> None:
        def ending() -> bool:
            return self._stopping() or not turn.is_still_ours()

        has_waited = False
        while not ending():
            rows = batch_after(self._deals.store, at.position, self._batch)
            check_follows(self._deals.store, rows, at, self.names)
            if rows and at.position == 0 and has_waited:
                # Of two stores that share the topics by mistake, the other may have sent its first event meanwhile.
                starting_position(self._deals.store, self._settings, self.names, from_mark=self._from_mark)
            if rows:
                began = monotonic()
                with self._sending():
                    at = send_batch(producer, rows, self.names)
                self._watching.relayed(at.position, len(rows), monotonic() - began)
            if self._marking.is_late(at):
                with self._sending():
                    commit_again(producer, at, self.names)
            self._marking.reached(at)
            self._patience.back(RELAYING)
            if len(rows) < self._batch:
                rest_behind(self._deals.store, at.position, self._interval, ending)
                has_waited = True
        self._marking.stops(at)

    @contextmanager
    def _sending(self) -> Iterator[None]:
        """What a producer raises, as what it means: overtaken, or Kafka cannot be used."""
        try:
            with reaching(self._settings):
                try:
                    yield
                except ValueError as error:
                    # kafka-python's word for a topic that it cannot find at the moment.
                    raise KafkaError(str(error)) from error
        except Unavailable as error:
            if is_overtaken(error.__cause__):
                raise _Overtaken(told(error.__cause__ or error)) from error
            raise


def batch_after(log: Log, after: int, limit: int) -> Sequence[Row]:
    """At most `limit` rows behind a position; fewer where they are large, so that a batch fits into memory."""
    rows: list[Row] = []
    size = 0
    while len(rows) < limit and size < ENOUGH:
        wanted = min(PAGE, limit - len(rows))
        page = log.rows(rows[-1].position if rows else after, wanted)
        rows += page
        size += sum(len(row.state) for row in page)
        if len(page) < wanted:
            break
    return rows


def is_overtaken(error: BaseException | None) -> bool:
    """Whether the error says that a later producer has the same transactional id."""
    if error is None:
        return False
    # kafka-python repeats the first error only by its text.
    return isinstance(error, OVERTAKEN) or any(kind.__name__ in str(error) for kind in OVERTAKEN)
