"""Makes a command of the command line out of each verb's declaration."""

import inspect
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic.fields import FieldInfo

from domain.deal.life import OpenDeal
from domain.deal.outcome import MergeInto
from domain.labels.catalogue import LABELS, field_label, list_of
from interfaces.cli.command import declared
from interfaces.cli.fields import (
    NotUnderstood,
    Reading,
    holds_money,
    is_repeated,
    metavar,
    option_name,
    parts_of,
    read_field,
)
from interfaces.cli.made_ids import made_action_ids, made_id
from interfaces.cli.session import Session
from interfaces.cli.times import NotATime, at_start, day
from interfaces.cli.verbs import SECTIONS, Verb
from interfaces.cli.writing import At, By, CommandId, Envelope, ExpectVersion, built, give, hint

Deal = Annotated[
    str, typer.Argument(metavar="DEAL", help="Its UUID, SOURCE:KEY, or the beginning of either.")
]
SOME = 6
"""Codes of an open list that --help names."""

ENVELOPE = {"at": At, "by": By, "command_id": CommandId, "expect_version": ExpectVersion}


def add_verbs(app: typer.Typer) -> None:
    """Add every verb to the group `deal`."""
    for section, verbs in SECTIONS.items():
        for verb in verbs:
            declared(app, verb.name, panel=section)(_command(verb))


def reading(session: Session, currency: str | None, deal: UUID | None) -> Reading:
    """What words for fields are read with; the currency is the given one, else that of the deal's amount."""

    def the_day(word: str) -> date:
        return day(word, session.zone, session.now)

    def the_instant(word: str) -> datetime:
        return at_start(word, session.zone, session.now)

    def the_currency() -> str | None:
        if currency is not None or deal is None:
            return currency
        amount = session.deals.deal(deal).life.amount
        return None if amount is None else amount.currency

    return Reading(the_day, the_instant, lambda name: str(session.find(name)), the_currency)


def given_fields(
    fields: Mapping[str, FieldInfo], words: Mapping[str, Any], reads: Reading, arguments: Sequence[str] = ()
) -> dict[str, object]:
    """The values of the fields whose words were given; a usage error names the option or argument."""
    given: dict[str, object] = {}
    for name, field in fields.items():
        word = words.get(name)
        if word is None:
            continue
        try:
            given[name] = read_field(field, word if isinstance(word, list) else [word], reads)
        except (NotUnderstood, NotATime) as error:
            raise typer.BadParameter(str(error), param_hint=hint(name, arguments)) from None
    return given


def _command(verb: Verb) -> Any:  # noqa: ANN401 - a function with the signature that Typer reads
    fields = verb.command.model_fields

    def run(session: Session, **words: Any) -> None:  # noqa: ANN401 - the words of any verb
        envelope = Envelope(*(words.pop(name) for name in ENVELOPE))
        if verb.command is OpenDeal:
            session.creating()
        deal = None if verb.command is OpenDeal else session.find(words["deal"])
        reads = reading(session, words.get("currency"), deal)
        given = given_fields(fields, words, reads, verb.arguments)
        for cleared in words.get("clear") or ():
            name = cleared.replace("-", "_")
            if name not in verb.clearable:
                able = ", ".join(map(option_name, verb.clearable))
                raise typer.BadParameter(f"{cleared!r} is none of {able}.", param_hint="--clear")
            given[name] = None
        if deal is not None:
            _make_ids(session, verb, deal, given, envelope.command_id)
        command = built(verb.command, given, verb.arguments)
        give(session, deal or _new_deal(words["id"], given), command, envelope)

    run.__doc__ = verb.command.__doc__
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD), *_parameters(verb)]
    )
    run.__name__ = verb.name.replace("-", "_")
    return run


def _make_ids(
    session: Session, verb: Verb, deal: UUID, given: dict[str, Any], command_id: str | None
) -> None:
    """Fill in the ids that were not given; name the other deal as it is stored."""
    if verb.makes is not None and verb.makes not in given:
        given[verb.makes] = made_id(session, deal, verb.makes, command_id)
    if "actions" in given:
        ids = made_action_ids(session, deal, command_id)
        given["actions"] = [
            each if "action" in each else {"action": next(ids), **each} for each in given["actions"]
        ]
    if verb.command is MergeInto:
        given["into"] = str(session.find(given["into"]))


def _parameters(verb: Verb) -> list[inspect.Parameter]:
    fields = verb.command.model_fields
    made = [] if verb.command is OpenDeal else [_parameter("deal", Deal, inspect.Parameter.empty)]
    # What may be cleared instead of given cannot be demanded.
    made += [_argument(verb, name, fields[name]) for name in verb.arguments]
    made += [_option(verb, name, field) for name, field in fields.items() if name not in verb.arguments]
    if any(map(holds_money, fields.values())):
        text = "The currency of amounts that are given without one; else that of the deal's amount."
        made.append(_parameter("currency", Annotated[str | None, typer.Option(metavar="CUR", help=text)]))
    if verb.clearable:
        able = ", ".join(map(option_name, verb.clearable))
        kind = Annotated[list[str] | None, typer.Option(metavar="FIELD", help=f"Empty a field: {able}.")]
        made.append(_parameter("clear", kind))
    if verb.command is OpenDeal:
        text = "Its UUID; else a new one, or the one that --external always leads to."
        made.append(_parameter("id", Annotated[str | None, typer.Option(metavar="UUID", help=text)]))
    return made + [_parameter(name, kind) for name, kind in ENVELOPE.items()]


def _argument(verb: Verb, name: str, field: FieldInfo) -> inspect.Parameter:
    shown = metavar(field)
    called = hint(name, [name]) if shown == "TEXT" or "|" in shown else shown
    optional = name in verb.clearable
    argument = typer.Argument(metavar=called, help=_described(verb, name, field))
    kind: Any = Annotated[str | None if optional else str, argument]
    return _parameter(name, kind, None if optional else inspect.Parameter.empty)


def _option(verb: Verb, name: str, field: FieldInfo) -> inspect.Parameter:
    text = _described(verb, name, field)
    if name == verb.makes:
        text += f" Else the next free one: {name}-1, {name}-2, …"
    elif field.is_required():
        text += " Needed."
    if is_repeated(field):
        text += " May be given several times."
    option = typer.Option(f"--{option_name(name)}", metavar=metavar(field), help=text)
    kind: Any = Annotated[list[str] | None, option] if is_repeated(field) else Annotated[str | None, option]
    return _parameter(name, kind)


def _described(verb: Verb, name: str, field: FieldInfo) -> str:
    """What the field is called, and which codes there are: all of a closed list, some of an open one."""
    owner = verb.command.becomes.__name__
    called, codes = field_label(owner, name, "en"), list_of(owner, name)
    if "|" in metavar(field):
        return f"{called}: {', '.join(metavar(field).split('|'))}."
    parts = parts_of(field)
    if parts:
        return f"{called}: {', '.join(parts)}."
    if codes is None or codes not in LABELS:
        return f"{called}."
    some = list(LABELS[codes])[:SOME]
    return f"{called}: {', '.join(some)}, … or a code of your own."


def _parameter(name: str, kind: Any, default: object = None) -> inspect.Parameter:  # noqa: ANN401
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _new_deal(id: str | None, given: Mapping[str, Any]) -> UUID:
    from engine.ids import deal_id, new_id

    if given.get("external") is not None:
        return deal_id(given["external"]["source"], given["external"]["key"])
    try:
        return UUID(id) if id is not None else new_id()
    except ValueError:
        raise typer.BadParameter(f"{id!r} is no UUID.", param_hint="--id") from None
