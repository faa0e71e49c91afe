"""`deal correct` and `deal retract`: putting right what was recorded wrongly."""

from typing import Annotated

import typer
from pydantic.fields import FieldInfo

from domain.deal.correction_rules import NoSuchEvent
from domain.deal.corrections import CorrectEvent, EventCorrected, RetractEvent
from domain.deal.reading import last_words, standing
from domain.event import Recorded
from domain.events import EVENTS
from interfaces.cli.command import declared
from interfaces.cli.fields import is_repeated, option_name
from interfaces.cli.session import Session
from interfaces.cli.times import when
from interfaces.cli.verb_commands import Deal, given_fields, reading
from interfaces.cli.writing import By, CommandId, Envelope, ExpectVersion, built, give

Number = Annotated[
    int, typer.Argument(metavar="VERSION", min=1, help="Which event of the deal: its number in `deal log`.")
]
Reason = Annotated[
    str, typer.Option(metavar="REASON", help="Why, as a code: by-mistake, source-changed, … or your own.")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="Why, in your words.")]


def add_corrections(app: typer.Typer) -> None:
    """Add both verbs to the group `deal`."""
    declared(app, "correct", panel="Corrections")(correct)
    declared(app, "retract", panel="Corrections")(retract)


def correct(
    session: Session,
    deal: Deal,
    version: Number,
    *,
    reason: Reason = "by-mistake",
    note: Note = None,
    set_field: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="What a field should say. May be given several times."
        ),
    ] = None,
    clear: Annotated[
        list[str] | None,
        typer.Option(
            "--clear", metavar="FIELD", help="A field that should not be there. May be given several times."
        ),
    ] = None,
    becomes: Annotated[
        str | None,
        typer.Option(
            "--becomes", metavar="TYPE", help="DealLost for what was recorded as DealWon, or the reverse."
        ),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CUR", help="The currency of amounts that are given without one.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="When it really happened: a day or an instant.")
    ] = None,
    by: By = None,
    command_id: CommandId = None,
    expect_version: ExpectVersion = None,
) -> None:
    """Say what an event should have said. The event stays in the log; today's view reads the correction.

    What you do not set stays as it stands now, earlier corrections included.
    """
    stream = session.find(deal)
    events = session.deals.story(stream)
    stands = _as_it_stands(events, version)
    kind = EVENTS.get(becomes or stands.type)
    if kind is None:
        raise typer.BadParameter(f"{becomes!r} is no type of event.", param_hint="--becomes")
    data = stands.event.model_dump(mode="json", exclude_unset=True)
    if kind is not type(stands.event):
        data = {name: value for name, value in data.items() if name in kind.model_fields}
    words = _words(set_field or [], kind.model_fields)
    data |= given_fields(kind.model_fields, words, reading(session, currency, stream))
    for name in clear or []:
        data.pop(_known(name, kind.model_fields, "--clear"), None)
    replacement: dict[str, object] = {"data": data, **_time(session, at, events, version)}
    if becomes is not None:
        replacement["type"] = becomes
    given: dict[str, object] = {"corrects": version, "replacement": replacement, "reason": reason}
    command = built(CorrectEvent, given if note is None else {**given, "note": note})
    give(session, stream, command, Envelope(None, by, command_id, expect_version))


def retract(
    session: Session,
    deal: Deal,
    version: Number,
    *,
    reason: Reason = "by-mistake",
    note: Note = None,
    by: By = None,
    command_id: CommandId = None,
    expect_version: ExpectVersion = None,
) -> None:
    """Take back an event that never happened. The event stays in the log; today's view leaves it out."""
    given: dict[str, object] = {"retracts": version, "reason": reason}
    command = built(RetractEvent, given if note is None else {**given, "note": note})
    give(session, session.find(deal), command, Envelope(None, by, command_id, expect_version))


def _as_it_stands(events: list[Recorded], version: int) -> Recorded:
    """The event with the last word about it; as it was recorded, if that was a retraction."""
    lines = [line.recorded for line in standing(events)]
    found = next((each for each in (*lines, *events) if each.version == version), None)
    if found is None:
        raise NoSuchEvent(version, events[-1].version)
    return found


def _time(session: Session, at: str | None, events: list[Recorded], version: int) -> dict[str, object]:
    """The replacement's own time: the given one, else the one that an earlier correction gave."""
    if at is not None:
        instant, precision = session.required_time(when, at, "--at")
        return {"occurred_at": instant, "precision": precision}
    last = last_words(events).get(version)
    if isinstance(last, EventCorrected) and last.replacement.occurred_at is not None:
        return last.replacement.model_dump(include={"occurred_at", "precision"}, exclude_none=True)
    return {}


def _words(pairs: list[str], fields: dict[str, FieldInfo]) -> dict[str, str | list[str]]:
    """FIELD=VALUE by field; several of one field together."""
    words: dict[str, str | list[str]] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"{pair!r} sets nothing. Write FIELD=VALUE.", param_hint="--set")
        field = _known(name, fields, "--set")
        if is_repeated(fields[field]):
            before = words.get(field, [])
            words[field] = [*before, value]
        else:
            words[field] = value
    return words


def _known(name: str, fields: dict[str, FieldInfo], option: str) -> str:
    """The field that is meant: by its own name, or as its option is called elsewhere."""
    wanted = name.strip().replace("_", "-")
    for field in fields:
        if wanted in (field.replace("_", "-"), option_name(field)):
            return field
    raise typer.BadParameter(f"{name!r} is none of {', '.join(fields)}.", param_hint=option)
