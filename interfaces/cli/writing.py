"""Giving a command: who, when, under which id; and saying what was recorded."""

from collections.abc import Sequence
from getpass import getuser
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from uuid import UUID

import typer
from pydantic import ValidationError

from domain.event import Actor, Command, Recorded
from interfaces.cli.fields import option_name
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.stored import stored_at
from interfaces.cli.times import when
from interfaces.cli.trail import Trail

if TYPE_CHECKING:  # the union of all commands is for the type checker
    from domain.deal.deciding import DealCommand

PANEL = "Recording"

At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help="When it happened: a day or an instant; else now.", rich_help_panel=PANEL
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="WHO", help="Who did it; else the user of this computer.", rich_help_panel=PANEL
    ),
]
CommandId = Annotated[
    str | None,
    typer.Option(
        "--command-id",
        metavar="ID",
        help="Sent again with the same id, a command records nothing twice and answers as before.",
        rich_help_panel=PANEL,
    ),
]
ExpectVersion = Annotated[
    int | None,
    typer.Option(
        "--expect-version",
        metavar="NUMBER",
        min=0,
        help="Refuse if the deal (or pipeline) is not at this version: somebody else was first.",
        rich_help_panel=PANEL,
    ),
]


class Envelope(NamedTuple):
    """What is said of a command beside the command, as it stands on the command line."""

    at: str | None
    by: str | None
    command_id: str | None
    expect_version: int | None


def keywords(session: Session, envelope: Envelope) -> dict[str, Any]:
    """What the engine's `handle` takes beside the command."""
    at, precision = session.time(when, envelope.at, "--at") or (None, "instant")
    return {
        "by": actor(envelope.by),
        "channel": "cli",
        "at": at,
        "precision": precision,
        "command_id": envelope.command_id,
        "expected_version": envelope.expect_version,
    }


def actor(by: str | None) -> Actor:
    """Who gives the command: the one that is named, else the user of this computer."""
    if by is None:
        try:
            by = getuser()
        except (KeyError, OSError):
            raise typer.BadParameter("This computer does not know who you are.", param_hint="--by") from None
    try:
        return Actor(id=by)
    except ValidationError:
        raise typer.BadParameter("Say who, in 1 to 500 characters.", param_hint="--by") from None


def built(kind: type[Command], given: dict[str, object], arguments: Sequence[str] = ()) -> "DealCommand":
    """The command with these fields; a usage error names the option or argument that is wrong."""
    try:
        command: Any = kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        missing = first["type"] == "missing"
        message = (
            "It is needed, and missing." if missing else first["msg"].removeprefix("Value error, ") + "."
        )
        raise typer.BadParameter(message, param_hint=hint(field, arguments) if field else None) from None
    return command  # type: ignore[no-any-return]


def hint(field: str, arguments: Sequence[str]) -> str:
    """How a field is named on the command line: by its option, or as an argument without one."""
    return field.removeprefix("to_").upper() if field in arguments else f"--{option_name(field)}"


def give(session: Session, deal: UUID, command: "DealCommand", envelope: Envelope) -> None:
    """Give the command to the deal and say what it made happen."""
    tell_recorded(session, session.deals.handle(deal, command, **keywords(session, envelope)))


def tell_recorded(session: Session, recorded: list[Recorded]) -> None:
    """Print the events that a command made happen, to each deal that it happened to, or that it was already so."""
    if session.output != "table":
        lines = list(stored_at(session.deals, [each.position for each in recorded]))
        write(session.output, lines, lines)
        return
    if not recorded:
        show(session.say("already-so"))
        return
    for deal, events in groupby(recorded, attrgetter("stream_id")):
        _tell_of_one(session, deal, list(events))


def _tell_of_one(session: Session, deal: UUID, recorded: list[Recorded]) -> None:
    from projections.one_deal.audit import trail

    story = session.deals.story(deal)
    words = Trail(session, story)
    state = session.deals.deal(deal)
    show(session.say("recorded", title=state.life.title, deal=deal, version=state.version))
    told = {version for each in recorded for version in (each.version, named(each))}
    for entry in trail(story):
        if entry.recorded.version in told:
            show(words.what(entry))


def named(recorded: Recorded) -> int:
    """The version that a correction or retraction speaks of, else the event's own."""
    for name in ("corrects", "retracts"):
        if hasattr(recorded.event, name):
            return int(getattr(recorded.event, name))
    return recorded.version
