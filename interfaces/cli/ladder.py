"""`dealtrail deal ladder`: the negotiation of one deal, step by step, and where it stands."""

import typer

from domain.errors import NotFound
from interfaces.cli.asking import AsOf, KnownAt, asked_when
from interfaces.cli.command import declared
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.times import at_end
from interfaces.cli.verb_commands import Deal


def add_ladder(app: typer.Typer) -> None:
    """Add it to the group `deal`."""
    declared(app, "ladder")(ladder_deal)


def ladder_deal(session: Session, deal: Deal, *, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """The negotiation of a deal: offers and counter-offers, answers, concessions, objections, approvals."""
    from interfaces.cli.ladder_table import show_ladder
    from projections.negotiation.ladder import ladder
    from projections.negotiation.ladder_answer import Step

    stream = session.find(deal)
    at, known = session.time(at_end, as_of, "--as-of"), session.time(at_end, known_at, "--known-at")
    events = session.deals.story(stream)
    if not events:
        raise NotFound(f"There is no deal {stream}. `dealtrail deal list` shows those there are.")
    answer = ladder(stream, events, session.zone, at, known)
    if session.output != "table":
        document = answer.model_dump(mode="json")
        write(session.output, document, document["steps"], shape=Step)
        return
    show(asked_when(session, at, known))
    show_ladder(session, answer)
