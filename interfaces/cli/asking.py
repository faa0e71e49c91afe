"""The options that questions about deals share, and what is said above their answers."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.asked import Filters

WHEN, WHICH = "When", "Which deals"

AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="What was true then; a day, month or quarter means its end.",
        rich_help_panel=WHEN,
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="As far as it was known then, without what was learnt later.",
        rich_help_panel=WHEN,
    ),
]
Owner = Annotated[str | None, typer.Option(metavar="WHO", help="Deals of this owner.", rich_help_panel=WHICH)]
Pipeline = Annotated[
    str | None, typer.Option(metavar="PIPELINE", help="Deals in this pipeline.", rich_help_panel=WHICH)
]
Segment = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Deals with this label. May be given several times.",
        rich_help_panel=WHICH,
    ),
]


def segments(words: list[str] | None) -> dict[str, str]:
    """NAME=VALUE by name; a usage error for anything else."""
    pairs = [word.partition("=") for word in words or ()]
    for name, separator, value in pairs:
        if not (name and separator and value):
            raise typer.BadParameter(
                f"{name + separator + value!r} is not NAME=VALUE.", param_hint="--segment"
            )
    return {name: value for name, _, value in pairs}


def filters(owner: str | None, pipeline: str | None, segment: list[str] | None) -> "Filters":
    """The filters that every question takes."""
    from projections.asking.asked import Filters

    return Filters(owner=owner, pipeline=pipeline, segments=segments(segment))


def asked_when(session: Session, as_of: datetime | None, known_at: datetime | None) -> str:
    """The sentence that repeats which instants a question was resolved to."""
    instants = {"as_of": as_of, "known_at": known_at}
    told = {name: session.formats.instant(each) for name, each in instants.items() if each is not None}
    sentence = ("as-of" if as_of else "as-of-now") + ("-known-at" if known_at else "")
    return session.say(sentence, **told, zone=session.zone)
