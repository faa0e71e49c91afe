"""The application: commands to deals and pipelines in, events out, and the feed of all of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Self, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.utils import Environment, EnvType

from domain.deal.backdating import not_before, reads_whole_story
from domain.deal.corrections import replaced_at
from domain.deal.deciding import DealCommand, NotOpened, decide, pipeline_needed
from domain.deal.life import OpenDeal
from domain.deal.outcome import MergeInto
from domain.deal.story import Deal, fold
from domain.errors import BadInput, Conflict, NotFound
from domain.event import Actor, Event, Precision, Recorded
from domain.pipeline import DefinePipeline, Pipeline, PipelineCommand, decide_pipeline
from domain.templates.shipped import TEMPLATES
from engine.clock import Clock, now
from engine.entries import decode_all
from engine.fingerprint import fingerprint
from engine.ids import pipeline_id
from engine.log import Head, Log
from engine.mapper import EventMapper, EventStream, from_entry, ready_entries
from engine.merging import absorbing, by_id
from engine.orders import Order, Orders, recorded_before
from engine.pipelines import SYSTEM, TEMPLATE_CHANNEL, fold_pipeline, template_command, template_pipeline
from engine.settings import Settings, read_settings
from engine.stores import open_log, zone
from engine.timing import ALWAYS, TooEarly, check_not_ahead, given_time, reading_time


class Deals(Application[UUID]):
    """The store of all deals and pipelines, opened (and created where there is none).

    A context manager. Many threads may use one; every process opens its own.
    """

    def __init__(self, settings: Settings | None = None, *, clock: Clock = now, make: bool = True) -> None:
        """Open the store that the settings name (without any: the environment's).

        BadInput where it names no store, StoreNewer where a newer dealtrail wrote it, Unavailable
        where it cannot be opened now; NotFound where a database has none and none is to be made.
        """
        self.settings = settings or read_settings()
        self.clock = clock
        self.store: Log = open_log(self.settings, clock, make=make)
        super().__init__()
        self.info = self.store.info
        self.zone = zone(self.info.timezone)
        self._orders = Orders(self.store, clock)

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Nothing of the process's environment: dealtrail is configured by `engine.settings` alone."""
        return Environment(name, env)

    def construct_mapper(self) -> EventMapper:
        return EventMapper()

    def construct_recorder(self) -> Log:
        return self.store

    def construct_event_store(self) -> EventStream:
        return EventStream(EventMapper(), self.store)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def close(self) -> None:
        """Let go of the store's files; closing twice is harmless."""
        super().close()
        self.store.close()

    def handle(
        self,
        deal_id: UUID,
        command: DealCommand,
        *,
        by: Actor,
        channel: str = "python",
        at: datetime | None = None,
        precision: Precision = "instant",
        command_id: str | None = None,
        expected_version: int | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> list[Recorded]:
        """What the command made happen, durably recorded; nothing where it was already so.

        `at` is when it happened (None: the later of the clock and the deal's last event).
        The same `command_id` again returns the first answer, if there were events; for another command it is
        CommandReused. When somebody else was first it is decided again, a few times; with
        `expected_version` that is a VersionConflict at once. RuleBroken and BadInput say why not.
        MergeInto happens to both deals in one transaction, and the answer holds both events.
        """

        def decided(story: Sequence[Recorded], when: datetime) -> Sequence[Event]:
            return self._decided(ordered, story, when, precision, backdated=at is not None)

        at = None if at is None else given_time(at, self.clock())
        ordered = by_id(command) if isinstance(command, MergeInto) else command
        beside = absorbing(ordered, deal_id, precision) if isinstance(ordered, MergeInto) else None
        order = Order(
            stream_id=deal_id,
            fingerprint=fingerprint(command, deal_id, at, precision),
            by=by,
            channel=channel,
            at=at,
            precision=precision,
            command_id=command_id,
            expected_version=expected_version,
            correlation_id=correlation_id,
            causation_id=causation_id,
        )
        return self._orders.carry_out(order, decided, beside)

    def handle_pipeline(
        self,
        slug: str,
        command: PipelineCommand,
        *,
        by: Actor,
        channel: str = "python",
        at: datetime | None = None,
        precision: Precision = "instant",
        command_id: str | None = None,
        expected_version: int | None = None,
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> list[Recorded]:
        """`handle` for the pipeline of that slug; a revision may not lie before the one that it follows."""

        def decided(story: Sequence[Recorded], when: datetime) -> Sequence[Event]:
            last = max((recorded.occurred_at for recorded in story), default=ALWAYS)
            if when < last:
                raise TooEarly(when, last, f"the pipeline {slug!r} was last changed")
            return decide_pipeline(command, fold_pipeline(story))

        if isinstance(command, DefinePipeline) and command.pipeline != slug:
            raise BadInput(f"The definition is of the pipeline {command.pipeline!r}, not of {slug!r}.")
        stream_id = pipeline_id(slug)
        at = None if at is None else given_time(at, self.clock())
        order = Order(
            stream_id=stream_id,
            fingerprint=fingerprint(command, stream_id, at, precision),
            by=by,
            channel=channel,
            at=at,
            precision=precision,
            command_id=command_id,
            expected_version=expected_version,
            correlation_id=correlation_id,
            causation_id=causation_id,
        )
        return self._orders.carry_out(order, decided)

    def record(self, events: Sequence[Recorded]) -> list[int]:
        """Record ready events of any streams in one transaction and return their positions (imports).

        Events of one command follow each other. VersionConflict where a version is taken or left out,
        CommandReused where a command id is; exactly the same events again have their first positions.
        """
        clock = self.clock()
        for recorded in events:
            check_not_ahead(recorded.occurred_at, clock, f"{recorded.type} {recorded.event_id}")
        entries = ready_entries(events)
        try:
            return list(self.store.insert_events(entries))
        except Conflict:
            positions = recorded_before(self.store, entries)
            if not positions:
                raise
            return positions

    def story(self, stream_id: UUID, *, upto: int | None = None) -> list[Recorded]:
        """The events of a deal or pipeline in version order, of positions <= `upto`; [] if there are none."""
        stored = self.store.stream(stream_id)
        if upto is not None:
            stored = [event for event in stored if event[2] <= upto]
        return decode_all(stored)

    def deal(self, deal_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None) -> Deal:
        """The deal as of an instant (inclusive), as far as it was known at another; NotFound where there is none."""

        def folded(_: Deal | None, events: Iterable[DomainEventProtocol[UUID]]) -> Deal | None:
            return fold(cast("list[Recorded]", list(events)), as_of, known_at)

        try:
            return self.repository.get(deal_id, projector_func=folded)
        except AggregateNotFoundError:
            when = "" if as_of is None and known_at is None else " at that time"
            raise NotFound(
                f"There is no deal {deal_id}{when}. `dealtrail deal list` shows those there are."
            ) from None

    def pipeline(self, slug: str, revision: int | None = None) -> Pipeline:
        """The pipeline as it is now, or as of a revision; NotFound where there is none."""
        pipeline = fold_pipeline(self.story(pipeline_id(slug)), revision=revision)
        if pipeline is None or revision not in (None, pipeline.revision):
            which = "" if revision is None else f" (revision {revision})"
            raise NotFound(
                f"There is no pipeline {slug!r}{which}. `dealtrail stages list` shows those there are."
            )
        return pipeline

    def feed(
        self, after: int = 0, *, limit: int = 5_000, types: Collection[str] | None = None
    ) -> list[Recorded]:
        """At most `limit` events with positions > `after`, in order; only of these types, where some are given."""
        return decode_all(self.store.page(after, limit, types or ()))

    def answered(self, command_id: str) -> list[Recorded]:
        """The events that were recorded under a command id, in their order; [] if it was never used."""
        return list(map(from_entry, self.store.command(command_id)))

    def head(self) -> Head:
        """The end of the log: its last position, digest and time."""
        return self.store.head()

    def _decided(
        self,
        command: DealCommand,
        story: Sequence[Recorded],
        at: datetime,
        precision: Precision,
        *,
        backdated: bool,
    ) -> Sequence[Event]:
        whole = fold(story)
        read_at = reading_time(story, at, precision) if backdated else at
        limit = not_before(command, whole)
        if limit is not None and read_at < limit.at:
            raise TooEarly(at, limit.at, limit.what)
        replaced = replaced_at(command)
        if replaced is not None:
            check_not_ahead(replaced, self.clock(), "The time of the replacement")
        deal = whole
        if backdated and not reads_whole_story(command) and not isinstance(command, OpenDeal):
            deal = fold(story, as_of=read_at)
        slug = pipeline_needed(command, deal)
        if slug is None:
            raise NotOpened
        pipeline, template = self._in_force(slug, at)
        events = decide(command, deal, pipeline)
        if events and template is not None:
            self.handle_pipeline(
                slug,
                template,
                by=SYSTEM,
                channel=TEMPLATE_CHANNEL,
                at=ALWAYS,
                command_id=template_command(template),
            )
        return events

    def _in_force(self, slug: str, at: datetime) -> tuple[Pipeline, DefinePipeline | None]:
        """The pipeline as it held at `at`, and its template where it is not defined yet."""
        story = self.story(pipeline_id(slug))
        template = None if story else TEMPLATES.get(slug)
        if template is not None:
            return template_pipeline(pipeline_id(slug), template), template
        pipeline = fold_pipeline(story, at=at)
        if pipeline is None:
            raise NotFound(
                f"There is no pipeline {slug!r}. Define it with `dealtrail stages define`, "
                f"or use one of {', '.join(TEMPLATES)}."
            )
        return pipeline, None
