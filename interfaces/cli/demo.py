"""`dealtrail demo`: a store to try everything on, and the first answers from it."""

from datetime import timedelta
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from domain.errors import RuleBroken
from interfaces.cli.asking import asked_when
from interfaces.cli.command import declared
from interfaces.cli.one_deal import show_entries
from interfaces.cli.output import show, write
from interfaces.cli.pipeline import show_pipeline
from interfaces.cli.reports.winloss_table import show_winloss
from interfaces.cli.session import Session
from interfaces.cli.trail import Trail

if TYPE_CHECKING:  # the demo and the event store are imported when they are used
    from uuid import UUID

    from interfaces.demo.demo import Demo

STORE = "sqlite:///demo.db"
"""Where the demo is made unless somebody says: not among anybody's own deals."""

app = typer.Typer(add_completion=False)


@declared(app, "demo")
def demo(session: Session) -> None:
    """Make a store with a year and a half of sales, and show the first answers.

    The same deals every time; made once, it is only shown. The store is demo.db in this folder
    unless --store or DEALTRAIL_STORE says otherwise.
    """
    from interfaces.demo.demo import make_demo

    deals = session.creating(default=STORE).deals
    _check_room(session)
    session.tell(session.say("making-demo", store=deals.info.url))
    made = make_demo(deals)
    if session.output == "table":
        _show(session, made)
        return
    document = {
        "store": deals.info.url,
        "today": made.today.isoformat(),
        "deals": made.deals,
        "recorded": made.recorded,
        "lost_deal": str(made.lost_deal),
        "reopened_deal": str(made.reopened_deal),
    }
    write(session.output, document, [document])


def _check_room(session: Session) -> None:
    """The demo moves into an empty store, or into its own."""
    from engine.ids import deal_id
    from interfaces.demo.script import SOURCE
    from interfaces.demo.stories import LOST_DEAL

    deals = session.deals
    if deals.head().position and not deals.story(deal_id(SOURCE, LOST_DEAL)):
        raise RuleBroken(
            f"The store {deals.info.url} has deals of its own, and the demo's would mix with them. "
            "Choose another place: dealtrail demo --store sqlite:///demo.db"
        )


def _show(session: Session, made: "Demo") -> None:
    """The pipeline on the demo's last day, a lost deal's trail, the win rates, and what to try next."""
    from projections.asked import Asked, Filters
    from projections.audit import trail
    from projections.pipeline_view import pipeline
    from projections.question import Question
    from projections.winloss import winloss

    today, everything = Asked(as_of=made.today), Filters()
    views, deals = session.views, session.deals
    last = made.today.date()
    _heading(session, "demo-pipeline", f"dealtrail pipeline --as-of {last}")
    show_pipeline(session, pipeline(views, deals, today, everything))
    events = deals.story(made.lost_deal)
    _heading(session, "demo-lost", f"dealtrail deal log {_name(session, made.lost_deal)}")
    show_entries(session, Trail(session, events), trail(events))
    _heading(session, "demo-winloss", f"dealtrail report winloss --by owner --as-of {last}")
    answer = winloss(views, deals, Question(asked=today, by=("owner",)))
    show_winloss(session, answer, asked_when(session, answer.as_of, answer.known_at))
    show(
        session.say(
            "demo-next",
            store=deals.info.url,
            today=last,
            before=last - timedelta(days=60),
            quarter_start=last - timedelta(days=91),
            reopened=_name(session, made.reopened_deal),
        )
    )


def _heading(session: Session, sentence: str, command: str) -> None:
    show(Text(f"\n{session.say(sentence)}", style="bold"), Text(f"$ {command}", style="dim"))


def _name(session: Session, stream: "UUID") -> str:
    external = session.deals.deal(stream).life.external
    return str(stream) if external is None else f"{external.source}:{external.key}"
