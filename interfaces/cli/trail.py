"""The audit trail in words: when, who, what changed from what to what, what came in late, what was corrected."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from domain.deal.correction_rules import FOLLOWS_FROM_HISTORY
from domain.deal.corrections import EventCorrected
from domain.event import Actor, Event, Recorded
from interfaces.cli.deal_fields import FieldWords, told_by
from interfaces.cli.grid import plain
from interfaces.cli.naming import Names
from interfaces.cli.session import Session
from projections.one_deal.audit import Change, Entry, Word

ALREADY_SAID = {*FOLLOWS_FROM_HISTORY, "outcome"}
"""Fields of events that repeat what the trail shows anyway."""


SAID_BY_THE_TYPE = {
    "DealStageChanged": "stage",
    "DealAmountRevised": "amount",
    "DealExpectedCloseMoved": "expected_close",
    "DealOwnerAssigned": "owner",
    "DealNextStepSet": "next_step",
    "DealPaused": "paused",
    "DealScored": "score",
}
"""The field that the event's own name speaks of: `Stage changed: Proposal → Negotiation`."""

GONE_WITH_IT = frozenset({"paused", "paused_until", "loss_kind", "lost_to", "causes"})
"""Fields that a deal has only while it is paused or lost: that they are empty again is clear."""


class Trail:
    """Tells the entries of one deal's trail."""

    def __init__(self, session: Session, events: Sequence[Recorded]) -> None:
        self._formats = session.formats
        pipelines = (
            getattr(each.event, name, None) for each in events for name in ("pipeline", "to_pipeline")
        )
        names = Names(session.deals, session.formats)
        self.words = FieldWords(session.formats, names, [each for each in dict.fromkeys(pipelines) if each])

    def when(self, entry: Entry) -> str:
        """When it happened, as far as that is known."""
        stands = entry.stands or entry.recorded
        return self._formats.happened(entry.at, stands.precision)

    def who(self, actor: Actor) -> str:
        """Who recorded it."""
        if actor.on_behalf_of is None:
            return actor.id
        return self._formats.say("on-behalf-of", by=actor.id, other=actor.on_behalf_of)

    def what(self, entry: Entry) -> Text:
        """What happened, in a line for each thing to know."""
        told = Text(self._formats.label("event_type", (entry.stands or entry.recorded).type))
        if entry.stands is None:
            told.stylize("strike dim")
        else:
            news = [each for each in entry.changes if self._is_news(each)]
            changes = list(news)
            if len(changes) == 1 and changes[0].field == SAID_BY_THE_TYPE.get(entry.stands.type):
                told.append(self._formats.say("said", what=plain(self.words.step(changes.pop()))))
            for line in self._details(entry.stands.event, changes, told_by(news)):
                told.append(_indented(line))
        for line in self._marks(entry):
            told.append(_indented(line), style="yellow")
        return told

    def _details(self, event: Event, changes: Sequence[Change], known: set[str]) -> Iterator[str]:
        yield from map(self.words.change, changes)
        yield from self._fields(event, known)

    def _is_news(self, change: Change) -> bool:
        """Whether the name of the event leaves anything to say about the change."""
        root = change.field.partition(".")[0]
        gone = change.after is None and root in GONE_WITH_IT
        # Causes are told with their weights and notes, as they stand in the event.
        return root not in ("outcome", "causes") and not gone

    def _fields(self, event: Event, known: set[str]) -> Iterator[str]:
        """The fields of an event that nothing has told yet."""
        owner = type(event).__name__
        for name in type(event).model_fields:
            value = getattr(event, name)
            if name in event.model_fields_set and name not in known | ALREADY_SAID:
                yield self._formats.say(
                    "set", field=self._formats.field(owner, name), after=self._value(owner, name, value)
                )

    def _value(self, owner: str, name: str, value: object) -> str:
        if name in ("stage", "to_stage") and owner != "DealBuyerStageNoted":
            return self.words.stage(str(value))
        if name in ("into", "absorbed"):
            return self.words.names.deal(str(value))
        if name in ("pipeline", "to_pipeline"):
            return self.words.value("pipeline", value)
        return self._formats.value(owner, name, value)

    def _marks(self, entry: Entry) -> Iterator[str]:
        """What to know about how it was recorded."""
        if entry.late is not None:
            days = entry.late.days
            yield self._formats.say("recorded-late", on=self._formats.instant(entry.known), days=days)
        for word in entry.words:
            yield self._word(word)
        if any(isinstance(word.event, EventCorrected) for word in entry.words):
            yield self._first_recorded(entry.recorded)

    def _word(self, word: Word) -> str:
        """Who corrected or took back what, when and why."""
        corrected = isinstance(word.event, EventCorrected)
        return self._formats.say(
            "corrected-on" if corrected else "retracted-on",
            on=self._formats.instant(word.known),
            by=self.who(word.by),
            version=word.version,
            why=self._why(word.event.reason, word.event.note),
        )

    def _first_recorded(self, original: Recorded) -> str:
        """What stood there before the first correction."""
        told = self._formats.listed(list(self._fields(original.event, set())))
        return self._formats.say(
            "first-recorded",
            when=self._formats.happened(original.occurred_at, original.precision),
            what=told or self._formats.label("event_type", original.type),
        )

    def _why(self, reason: str, note: str | None) -> str:
        known = f"reason-{reason}"
        told = self._formats.say(known) if self._formats.has(known) else self._formats.label("reason", reason)
        return self._formats.say("why", reason=told, note=note) if note else told


def _indented(line: str) -> str:
    return "\n  " + plain(line).replace("\n", "\n    ")
