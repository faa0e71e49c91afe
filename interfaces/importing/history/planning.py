"""What the gathered lines of one deal add to what the store has of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.life import DealStageChanged
from domain.deal.reading import standing
from domain.errors import Refused
from domain.event import Actor, Event, Recorded
from domain.values import External
from engine.ids import OWN_SOURCE, deal_id
from engine.log import LogEntry
from engine.mapper import ready_entries
from interfaces.importing.history.completing import completed, pipelines_named
from interfaces.importing.history.course import COURSE_TYPES, Course
from interfaces.importing.history.definitions import Definitions
from interfaces.importing.history.envelopes import Envelopes
from interfaces.importing.history.identity import Identities, Met, News
from interfaces.importing.history.lines import Line, Owner
from interfaces.importing.history.references import renumbered
from interfaces.importing.history.replacing import corrected_line, source_changed
from interfaces.importing.history.wording import LineRefused
from interfaces.importing.report import Contradiction, LateLine, Refusal

_ABOUT_OTHERS = frozenset({"EventCorrected", "EventRetracted"})
_WHOLE_DAY = timedelta(days=1, microseconds=-1)
_NAMING_PIPELINES = frozenset({"DealOpened", "DealPipelineChanged", "EventCorrected"})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an import: its instant, who runs it, and the pipelines that it knows."""

    instant: datetime
    by: Actor | None
    definitions: Definitions


@dataclass(slots=True)
class Plan:
    """What is to be recorded of one deal or pipeline, and what is to be told about its lines."""

    entries: list[LogEntry] = field(default_factory=list)
    opened: int = 0
    unchanged: int = 0
    corrected: int = 0
    undated: int = 0
    refused: list[Refusal] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    late: list[LateLine] = field(default_factory=list)

    def refuse(self, line: Line, column: str | None, value: str | None, reason: str) -> None:
        """Leave the line out."""
        self.refused.append(Refusal(line.number, column, value, reason))


def plan_deal(owner: Owner, lines: Sequence[Line], story: Sequence[Recorded], run: Run) -> Plan:
    """What `lines` (in the order in which they are recorded) add to the deal's `story`."""
    return _DealPlan(owner, story, run).planned(lines)


class _DealPlan:
    """The steps of planning one deal: what is new, what follows from its place in time, and its version."""

    def __init__(self, owner: Owner, story: Sequence[Recorded], run: Run) -> None:
        self.owner = owner
        self.name = f"{owner.source}:{owner.key}"
        self.stream_id = deal_id(*owner)
        self.external = None if owner.source == OWN_SOURCE else External(source=owner.source, key=owner.key)
        self.story = story
        self.run = run
        self.plan = Plan()
        self.versions: dict[int, int] = {}
        """Under which version each line with a version is recorded; 0 where it was left out."""
        self.moved = False

    def planned(self, lines: Sequence[Line]) -> Plan:
        news = self._opened(self._news(lines))
        if news:
            self._numbered(self._filled_in(news))
        return self.plan

    def _news(self, lines: Sequence[Line]) -> list[News]:
        identities = Identities(self.story, lines, self.run.instant)
        news: list[News] = []
        for line in lines:
            try:
                met = identities.met(line)
            except LineRefused as refused:
                self._refuse(line, refused)
                continue
            if isinstance(met, Met):
                self.plan.unchanged += 1
                if met.recorded is not None:
                    self._place(line, met.recorded.version)
            else:
                news.append(met)
        return news

    def _opened(self, news: list[News]) -> list[News]:
        """The news without any opening but the first; none at all where the deal is never opened."""
        openings = [each for each in news if each.line.type == "DealOpened" and each.replaces is None]
        if not self.story and not openings:
            self._never_opened(news)
            return []
        for again in openings if self.story else openings[1:]:
            why = "the deal was opened before; a changed opening needs the `key` that it was imported with"
            self._refuse(again.line, LineRefused("type", "DealOpened", why))
            news.remove(again)
        return news

    def _never_opened(self, news: Sequence[News]) -> None:
        why = "the deal has no opening: no DealOpened line that can be held"
        for each in news:
            self._refuse(each.line, LineRefused("deal", self.name, why))

    def _filled_in(self, news: Sequence[News]) -> list[News]:
        """The news, complete, without what cannot be held; gone through in the order in which things happened."""
        course = Course()
        lives_in = self._pipelines(news)
        opened, items = self._in_reading_order(news)
        last = max((recorded.occurred_at for recorded in self.story), default=None)
        left_out: set[int] = set()
        for item in items:
            if isinstance(item, Recorded):
                course.go_on(item.event)
                continue
            try:
                told = self._fitted(item, course, lives_in)
            except LineRefused as refused:
                self._refuse(item.line, refused)
                if item is items[0]:
                    # The first of a new deal is its opening.
                    self._never_opened([each for each in news if each is not item])
                    return []
                left_out.add(item.line.number)
                continue
            if _latest(item) < opened:
                told = f"it happened before the deal was opened ({opened.isoformat()})"
            if told is not None:
                self.plan.contradictions.append(
                    Contradiction(item.line.number, self.name, f"{item.line.type}: {told}")
                )
            if last is not None and item.at < last and item.replaces is None:
                self._tell_late(item, last)
        return [each for each in news if each.line.number not in left_out]

    def _in_reading_order(self, news: Sequence[News]) -> tuple[datetime, Sequence[Recorded | News]]:
        """The instant of the opening, and what stands together with what is new as it happened."""
        plain = not self.story and all(each.line.version is None for each in news)
        if plain:
            return news[0].at, list(news)
        known = standing(self.story)
        opened = known[0].at if known else news[0].at
        items: list[tuple[datetime, int, Recorded | News]] = [(each.at, 0, each.recorded) for each in known]
        items += [(max(each.at, opened), place, each) for place, each in enumerate(news, start=1)]
        items.sort(key=lambda item: item[:2])
        return opened, [item[2] for item in items]

    def _pipelines(self, news: Sequence[News]) -> list[str]:
        """Every pipeline that the deal is ever said to be in."""
        told = [recorded.event for recorded in self.story if recorded.type in _NAMING_PIPELINES]
        told += [each.event for each in news if each.line.type in _NAMING_PIPELINES]
        return sorted(frozenset[str]().union(*map(pipelines_named, told)))

    def _fitted(self, item: News, course: Course, lives_in: Sequence[str]) -> str | None:
        """Complete the event and let the course go on with it; what contradicts the course, if anything."""
        if item.line.type not in COURSE_TYPES:
            return None
        item.event = completed(
            item.event,
            item.line.left_out,
            item.at,
            course,
            self.run.definitions,
            external=self.external,
            lives_in=lives_in,
        )
        if item.replaces is not None:
            return None
        told = self._out_of_place(item.event, course) or course.contradicted(item.event)
        course.go_on(item.event)
        return told

    def _out_of_place(self, event: Event, course: Course) -> str | None:
        if not isinstance(event, DealStageChanged):
            return None
        if self.run.definitions.has_stage(course.pipeline, event.to_stage):
            return None
        return f"{event.to_stage!r} is no stage of {course.pipeline!r}, and the deal was in that pipeline"

    def _tell_late(self, item: News, last: datetime) -> None:
        told = (
            f"{item.line.type} at {item.at.isoformat()}, and the deal's last event is of {last.isoformat()}"
        )
        self.plan.late.append(LateLine(item.line.number, self.name, told))

    def _numbered(self, news: Sequence[News]) -> None:
        """Give each event its version and envelope, in the order in which they are recorded."""
        envelopes = Envelopes(self.owner, self.stream_id, self.run.instant, self.run.by)
        first = len(self.story) + 1
        for version, item in enumerate(news, first):
            self._place(item.line, version)
        if self.moved or any(item.replaces or item.line.type in _ABOUT_OTHERS for item in news):
            self._one_by_one(news, envelopes)
            return
        self.plan.entries = [envelopes.entry(item, version) for version, item in enumerate(news, first)]
        for item in news:
            self._count(item)

    def _one_by_one(self, news: Sequence[News], envelopes: Envelopes) -> None:
        """Where events speak of others: each is checked against all that stand before it."""
        events = list(self.story)
        for item in news:
            try:
                event = self._final(item, events)
            except LineRefused as refused:
                self._refuse(item.line, refused)
                continue
            except Refused as refused:
                self._refuse(item.line, LineRefused(None, None, str(refused)))
                continue
            if event is None:
                self.plan.unchanged += 1
                continue
            recorded = envelopes.recorded(item, event, len(events) + 1)
            self._place(item.line, recorded.version)
            events.append(recorded)
            self._count(item)
        self.plan.entries = ready_entries(events[len(self.story) :])

    def _final(self, item: News, events: Sequence[Recorded]) -> Event | None:
        event = item.event
        if self.moved:
            event = renumbered(event, self.versions)
        if item.replaces is not None:
            return source_changed(item, item.replaces, events)
        if isinstance(event, EventCorrected | EventRetracted):
            return corrected_line(event, events, self.run.definitions)
        return event

    def _count(self, item: News) -> None:
        if item.replaces is not None:
            self.plan.corrected += 1
            return
        self.plan.undated += item.line.precision == "unknown"
        self.plan.opened += item.line.type == "DealOpened"

    def _refuse(self, line: Line, refused: LineRefused) -> None:
        self.plan.refuse(line, refused.column, refused.value, refused.reason)
        self._place(line, 0)

    def _place(self, line: Line, version: int) -> None:
        if line.version is not None:
            self.versions[line.version] = version
            self.moved = self.moved or line.version != version


def _latest(item: News) -> datetime:
    """When it happened at the latest: what is known by its day may have happened as late as the end of it."""
    return item.at + _WHOLE_DAY if item.line.precision == "day" else item.at
