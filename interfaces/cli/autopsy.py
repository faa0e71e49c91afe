"""`dealtrail deal autopsy`: what the events of a closed deal show, beside won deals of its kind."""

from typing import Annotated

import typer

from interfaces.cli.asking import AsOf, KnownAt
from interfaces.cli.command import declared
from interfaces.cli.output import listed, write
from interfaces.cli.session import Session
from interfaces.cli.verb_commands import Deal

Same = Annotated[
    list[str] | None,
    typer.Option(
        "--same",
        metavar="NAME",
        help="Compare with won deals that have the same value of this segment. May be given several times. "
        "Without it all segments count, or none where too few won deals share them.",
    ),
]


def add_autopsy(app: typer.Typer) -> None:
    """Add it to the group `deal`."""
    declared(app, "autopsy")(autopsy_deal)


def autopsy_deal(
    session: Session, deal: Deal, *, same: Same = None, as_of: AsOf = None, known_at: KnownAt = None
) -> None:
    """What the events of a closed deal show, beside the same measures of won deals of its kind.

    What was declared as the cause stands apart; where the events show nothing of it, that is pointed out.
    """
    from projections.causes.autopsy import autopsy

    stream = session.find(deal)
    asked = session.asked(as_of, known_at)
    answer = autopsy(session.views, session.deals, stream, asked, same=same, zone=session.zone)
    if session.output != "table":
        document = answer.model_dump(mode="json")
        lines = [{"deal": document["deal"], **each} for each in document["facts"]]
        write(session.output, document, lines, shape=listed(type(answer), "facts"), before=["deal"])
        return
    from interfaces.cli.autopsy_page import show_autopsy

    show_autopsy(session, answer)
