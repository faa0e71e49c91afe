"""`dealtrail demo`: a store to try everything on, and the first answers from it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from domain.errors import RuleBroken
from interfaces.cli.asking import asked_when
from interfaces.cli.command import declared
from interfaces.cli.output import show, write
from interfaces.cli.pipeline import show_pipeline
from interfaces.cli.reports.winloss_table import show_winloss
from interfaces.cli.session import Session

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
    document: dict[str, object] = {
        "store": deals.info.url,
        "today": made.today.isoformat(),
        "deals": made.deals,
        "recorded": made.recorded,
        **{f"{story}_deal": str(stream) for story, stream in _stories(made).items()},
    }
    write(session.output, document, [document])


def _check_room(session: Session) -> None:
    """The demo moves into an empty store, or into its own."""
    from engine.ids import deal_id
    from interfaces.demo.script import SOURCE
    from interfaces.demo.stories.told import LOST_FOR_PRICE

    deals = session.deals
    if deals.head().position and not deals.story(deal_id(SOURCE, LOST_FOR_PRICE)):
        raise RuleBroken(
            f"The store {deals.info.url} has deals of its own, and the demo's would mix with them. "
            "Choose another place: dealtrail demo --store sqlite:///demo.db"
        )


def _stories(made: "Demo") -> "dict[str, UUID]":
    """The deals with a story, by what they are a story of."""
    return {
        "lost": made.lost_deal,
        "saved": made.saved_deal,
        "pushed": made.pushed_deal,
        "reopened": made.reopened_deal,
        "late_competitor": made.late_competitor_deal,
    }


def _show(session: Session, made: "Demo") -> None:
    """The pipeline on the demo's last day, the win rates, and what to try next."""
    from projections.asking.asked import Asked, Filters
    from projections.asking.question import Question
    from projections.closings.winloss import winloss
    from projections.states.pipeline_view import pipeline

    today = Asked(as_of=made.today)
    views, deals = session.views, session.deals
    last = made.today.date()
    _heading(session, "demo-pipeline", f"dealtrail pipeline --as-of {last}")
    show_pipeline(session, pipeline(views, deals, today, Filters()))
    _heading(session, "demo-winloss", f"dealtrail report winloss --by owner --as-of {last}")
    answer = winloss(views, deals, Question(asked=today, by=("owner",)))
    show_winloss(session, answer, asked_when(session, answer.as_of, answer.known_at))
    show("\n".join(_next(session, made)))


def _next(session: Session, made: "Demo") -> Iterator[str]:
    """What to try, in groups: each command with what it shows."""
    last = made.today.date()
    before, start = last - timedelta(days=60), last - timedelta(days=91)
    name = {story: _name(session, stream) for story, stream in _stories(made).items()}
    groups = {
        "demo-two-dates": {
            f"pipeline --as-of {before}": "demo-known-today",
            f"pipeline --as-of {before} --known-at {before}": "demo-known-then",
            f"changes {start} {last}": "demo-between",
        },
        "demo-stories": {
            f"deal autopsy {name['lost']}": "demo-lost",
            f"deal ladder {name['saved']}": "demo-saved",
            f"deal log {name['pushed']}": "demo-pushed",
            f"deal replay {name['reopened']}": "demo-reopened",
            f"deal autopsy {name['late_competitor']}": "demo-late-competitor",
        },
        "demo-why": {
            f"report causes --as-of {last}": "demo-causes",
            f"report discounts --as-of {last}": "demo-discounts",
            f"report followups --as-of {last}": "demo-followups",
        },
    }
    widest = max(len(command) for commands in groups.values() for command in commands)
    yield session.say("demo-next", today=last)
    yield f"  export DEALTRAIL_STORE={session.deals.info.url}"
    for title, commands in groups.items():
        yield f"\n{session.say(title)}"
        for command, told in commands.items():
            yield f"  dealtrail {command:{widest}}   {session.say(told)}"


def _heading(session: Session, sentence: str, command: str) -> None:
    show(Text(f"\n{session.say(sentence)}", style="bold"), Text(f"$ {command}", style="dim"))


def _name(session: Session, stream: "UUID") -> str:
    external = session.deals.deal(stream).life.external
    return str(stream) if external is None else f"{external.source}:{external.key}"
