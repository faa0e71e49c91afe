"""How every closed deal measures up to its closing: counts and durations that its events themselves show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Literal

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

from domain.deal.outcome import DealLost, DealWon
from domain.deal.reading import Standing, standing
from domain.event import Recorded
from engine.clock import to_micros
from projections.causes.measured_course import course
from projections.causes.measured_negotiation import negotiation, talks
from projections.causes.measured_people import people
from projections.causes.measured_silence import Stay, silence_of, stays
from projections.causes.measuring import Measure, mark
from projections.causes.telling_events import Reasons, reasons_of
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import Read, read_on

Unit = Literal["days", "count"]

UNITS: Mapping[str, Unit] = {
    "silence": "days",
    "champions": "count",
    "champions-left": "count",
    "contacts-left": "count",
    "contacts-met": "count",
    "never-met": "count",
    "hostile": "count",
    "objections": "count",
    "objections-unsettled": "count",
    "objection-answer": "days",
    "needs-unmet": "count",
    "question-answer": "days",
    "counter-offers": "count",
    "counter-offer-answer": "days",
    "concessions-unreturned": "count",
    "pushes": "count",
    "pushed-days": "days",
    "overrides": "count",
    "competitors": "count",
    "competitor-arrival": "days",
    "late-follow-ups": "count",
    "first-response": "days",
}
"""Every measure and what it counts; what is measured in days is held in µs."""

_metadata = MetaData()

measures_of_deals = Table(
    "measures",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("path", String, nullable=False),
    *(Column(name.replace("-", "_"), BigInteger) for name in UNITS),
)
"""One row per outcome (its version), of all that was read up to it. Null: the deal has no such duration.

`path` is a JSON list of the stays in order, each [pipeline, revision, stage].
"""

measured_stays = Table(
    "measured_stays",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("pipeline", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String),
    Column("silence", BigInteger),
)
"""One row per stay in a stage before an outcome, in order, with the longest silence that ended in it (µs)."""

measured_reasons = Table(
    "measured_reasons",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("reason", String, primary_key=True),
)
"""One row per reason that the events before an outcome speak for."""

measured_to = Table(
    "measured_to",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
)
"""One row per deal: how far it was read."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A closed deal as its events show it up to its closing."""

    closing: Standing
    measures: Mapping[str, Measure]
    stays: tuple[Stay, ...]
    reasons: Reasons


def measured(lines: Sequence[Standing]) -> Measured:
    """The deal whose story (in reading order, its opening first) ends with these lines."""
    found, heard = stays(lines), talks(lines)
    silence = silence_of(found)
    measures = {
        **({} if silence is None else {"silence": silence}),
        **people(lines),
        **negotiation(heard, mark(lines[-1])),
        **course(lines),
    }
    return Measured(lines[-1], measures, found, reasons_of(lines, heard, measures))


def closings_of(lines: Sequence[Standing]) -> Iterator[Measured]:
    """The deal at each time that it was won or lost, in order."""
    for number, line in enumerate(lines, 1):
        if isinstance(line.recorded.event, DealWon | DealLost):
            yield measured(lines[:number])


@dataclass(frozen=True, slots=True)
class _Reading:
    """How far a deal was read, and whether it must be measured: it was closed, or its past has changed."""

    opened: int
    read_to: int
    anew: bool = False


def _step(known: Read | None, line: Standing) -> _Reading:
    at = to_micros(line.at)
    if known is None:
        return _Reading(at, at, anew=True)
    closes = isinstance(line.recorded.event, DealWon | DealLost)
    return _Reading(known.opened, at, anew=closes or getattr(known, "anew", False))


class Measures:
    """The measures of every closed deal, as they are known now. A deal's story is read when it closes."""

    name = "measures"
    version = 1
    types = frozenset(
        {
            "DealOpened",
            "DealStageChanged",
            "DealPipelineChanged",
            "DealExpectedCloseMoved",
            "DealCriterionAnswered",
            "DealLeadAccepted",
            "DealCompetitorNoted",
            "DealBuyerStageNoted",
            "DealSignalNoted",
            "DealNextStepSet",
            "DealPaused",
            "DealResumed",
            "NeedRecorded",
            "NeedSettled",
            "ContactAdded",
            "ContactChanged",
            "ContactAssessed",
            "ContactRemoved",
            "TouchpointPlanned",
            "TouchpointRescheduled",
            "TouchpointHeld",
            "TouchpointMissed",
            "QuestionRaised",
            "QuestionAnswered",
            "TaskAdded",
            "TaskFinished",
            "FeedbackReceived",
            "OfferMade",
            "OfferAccepted",
            "OfferRejected",
            "OfferWithdrawn",
            "OfferExpired",
            "ConcessionMade",
            "ObjectionRaised",
            "ObjectionAnswered",
            "ObjectionSettled",
            "DealWon",
            "DealLost",
            "DealReopened",
            "DealMerged",
            "DealDiscarded",
            "ContractSigned",
            "PaymentReceived",
            "EventCorrected",
            "EventRetracted",
        }
    )
    tables = (measured_to, measures_of_deals, measured_stays, measured_reasons)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`."""
        heads = have.get(measured_to.name)
        known = _Reading(heads[0]["opened"], heads[0]["read_to"]) if heads else None
        reading = read_on(known, events, story, self.types, _step)
        if reading is None:
            return {}
        deal = events[0].stream_id.bytes
        head = {"deal": deal, "opened": reading.opened, "read_to": reading.read_to}
        if not reading.anew:
            return {measured_to.name: [head]}
        # A page may hold the whole story: reading it again would take as long as measuring it.
        whole = events if events[0].version == 1 else story(events[-1].position)
        lines = [line for line in standing(whole) if line.recorded.type in self.types]
        return {measured_to.name: [head], **_rows(deal, list(closings_of(lines)))}


def _rows(deal: bytes, closings: Sequence[Measured]) -> Rows:
    rows: dict[str, list[Row]] = {
        table.name: [] for table in (measures_of_deals, measured_stays, measured_reasons)
    }
    for each in closings:
        key = {"deal": deal, "version": each.closing.recorded.version}
        values = {
            name.replace("-", "_"): measure.value
            if (measure := each.measures.get(name)) is not None
            else None
            for name in UNITS
        }
        path = [(stay.place.pipeline, stay.place.revision, stay.place.stage) for stay in each.stays]
        rows[measures_of_deals.name].append(key | {"path": dumps(path, ensure_ascii=False)} | values)
        rows[measured_stays.name].extend(
            key
            | {
                "nth": nth,
                "pipeline": stay.place.pipeline,
                "revision": stay.place.revision,
                "stage": stay.place.stage,
                "silence": None if stay.silence is None else stay.silence.value,
            }
            for nth, stay in enumerate(each.stays, 1)
        )
        rows[measured_reasons.name].extend(key | {"reason": reason} for reason in each.reasons)
    return rows
