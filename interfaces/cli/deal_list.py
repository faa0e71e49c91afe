"""`dealtrail deal list`: the deals as they stand at an instant, all of them or those that need attention."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from interfaces.cli.asking import (
    WHICH,
    AsOf,
    KnownAt,
    Owner,
    Pipeline,
    Segment,
    asked_when,
    segments,
)
from interfaces.cli.command import declared
from interfaces.cli.deal_list_table import show_deals
from interfaces.cli.output import show, write
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.asked import Filters

Outcome = Literal["open", "won", "lost"]
ATTENTION = "Open deals that need attention"


app = typer.Typer(add_completion=False)


@declared(app, "list")
def list_deals(
    session: Session,
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    open: Annotated[bool, typer.Option("--open", help="Open deals.", rich_help_panel=WHICH)] = False,
    won: Annotated[bool, typer.Option("--won", help="Won deals.", rich_help_panel=WHICH)] = False,
    lost: Annotated[bool, typer.Option("--lost", help="Lost deals.", rich_help_panel=WHICH)] = False,
    owner: Owner = None,
    stage: Annotated[
        str | None, typer.Option(metavar="STAGE", help="Deals in this stage.", rich_help_panel=WHICH)
    ] = None,
    pipeline: Pipeline = None,
    lead_source: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Deals from this lead source.", rich_help_panel=WHICH),
    ] = None,
    segment: Segment = None,
    search: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT", help="Deals with this text in title, account or key.", rich_help_panel=WHICH
        ),
    ] = None,
    rotting: Annotated[
        bool,
        typer.Option(
            "--rotting",
            help="Nothing happened for longer than their stage allows; paused ones rest.",
            rich_help_panel=ATTENTION,
        ),
    ] = False,
    stalled: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            min=0,
            help="Nothing happened for more than so many days.",
            rich_help_panel=ATTENTION,
        ),
    ] = None,
    overdue: Annotated[
        bool,
        typer.Option(
            "--overdue",
            help="The day of the next step, a task or the expected close is over.",
            rich_help_panel=ATTENTION,
        ),
    ] = False,
    no_next_step: Annotated[
        bool,
        typer.Option("--no-next-step", help="Nobody said what comes next.", rich_help_panel=ATTENTION),
    ] = False,
    sort: Annotated[
        str,
        typer.Option(
            metavar="FIELD",
            help="opened, closed, title, account, owner, stage, amount, expected-close or (with --rotting or "
            "--stalled) idle; with a - before it, the greatest first.",
        ),
    ] = "-opened",
    limit: Annotated[int | None, typer.Option(metavar="NUMBER", min=1, help="At most so many deals.")] = None,
) -> None:
    """Deals as they stand, now or on any past day."""
    from projections.states.deal_list import DealRow, deals
    from projections.touchpoints.attention import Attention

    outcome = _outcome({"open": open, "won": won, "lost": lost})
    asked = session.asked(as_of, known_at)
    found = deals(
        session.views,
        session.deals,
        asked,
        _filters(owner, pipeline, stage, lead_source, segment, outcome, search),
        sort=sort,
        limit=limit,
        attention=Attention(rotting, stalled, overdue, no_next_step),
        zone=session.zone,
    )
    if session.output == "table":
        show(asked_when(session, asked.as_of, asked.known_at))
        show_deals(session, found)
    else:
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines, shape=DealRow)


def _outcome(wanted: dict[Outcome, bool]) -> Outcome | None:
    outcomes = [outcome for outcome, is_wanted in wanted.items() if is_wanted]
    if len(outcomes) > 1:
        raise typer.BadParameter("Choose one of them, or none for all.", param_hint="--open, --won, --lost")
    return outcomes[0] if outcomes else None


def _filters(
    owner: str | None,
    pipeline: str | None,
    stage: str | None,
    lead_source: str | None,
    segment: list[str] | None,
    outcome: Outcome | None,
    search: str | None,
) -> "Filters":
    from projections.asking.asked import Filters

    return Filters(
        owner=owner,
        pipeline=pipeline,
        stage=stage,
        lead_source=lead_source,
        segments=segments(segment),
        outcome=outcome,
        search=search,
    )
