"""`dealtrail deal`: one deal, or a list of them; and a verb for everything that can happen to one."""

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
from interfaces.cli.autopsy import add_autopsy
from interfaces.cli.command import declared
from interfaces.cli.correcting import add_corrections
from interfaces.cli.ladder import add_ladder
from interfaces.cli.naming import Names
from interfaces.cli.one_deal import add_views_of_a_deal
from interfaces.cli.output import Column, show, table, write
from interfaces.cli.people import add_people
from interfaces.cli.replay.command import add_replay
from interfaces.cli.session import Session
from interfaces.cli.verb_commands import add_verbs

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.deal_list import DealRow

Outcome = Literal["open", "won", "lost"]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def deal() -> None:
    """One deal: list, show, log, blame, and everything that can happen to it."""


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
    sort: Annotated[
        str,
        typer.Option(
            metavar="FIELD",
            help="opened, closed, title, account, owner, stage, amount or expected-close; "
            "with a - before it, the greatest first.",
        ),
    ] = "-opened",
    limit: Annotated[int | None, typer.Option(metavar="NUMBER", min=1, help="At most so many deals.")] = None,
) -> None:
    """Deals as they stand, now or on any past day."""
    from projections.asked import Filters
    from projections.deal_list import deals

    wanted: dict[Outcome, bool] = {"open": open, "won": won, "lost": lost}
    outcomes = [outcome for outcome, is_wanted in wanted.items() if is_wanted]
    if len(outcomes) > 1:
        raise typer.BadParameter("Choose one of them, or none for all.", param_hint="--open, --won, --lost")
    chosen = Filters(
        owner=owner,
        pipeline=pipeline,
        stage=stage,
        lead_source=lead_source,
        segments=segments(segment),
        outcome=outcomes[0] if outcomes else None,
        search=search,
    )
    asked = session.asked(as_of, known_at)
    found = deals(session.views, session.deals, asked, chosen, sort=sort, limit=limit)
    if session.output == "table":
        show(asked_when(session, asked.as_of, asked.known_at))
        _show(session, found)
    else:
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines)


def _show(session: Session, found: "list[DealRow]") -> None:
    if not found:
        show(session.say("no-deals"))
        return
    names, formats = Names(session.deals, session.formats), session.formats
    closed = any(each.closed_at for each in found)
    columns = [
        Column(session.say("deal"), whole=True),
        Column(session.say("title")),
        Column(session.say("account")),
        Column(session.say("owner")),
        Column(session.say("stage")),
        Column(session.say("outcome")),
        Column(session.say("amount"), right=True),
        Column(session.say("expected-close"), right=True),
        *([Column(session.say("closed"), right=True)] if closed else []),
    ]
    rows = [
        (
            f"{each.source}:{each.key}" if each.source else str(each.deal),
            each.title,
            each.account_name or each.account or "–",
            each.owner or "–",
            names.stage(each.pipeline, each.stage),
            formats.label("outcome", each.outcome),
            "–" if each.amount is None else formats.money(each.amount.model_dump()),
            "–" if each.expected_close is None else formats.day(each.expected_close),
            *([_closed_on(session, each)] if closed else []),
        )
        for each in found
    ]
    show(table(columns, rows))
    show(session.say("deals-found", deals=formats.number(len(found))))


def _closed_on(session: Session, each: "DealRow") -> str:
    at = each.closed_at
    return "–" if at is None else session.formats.day(at.astimezone(session.zone).date())


add_views_of_a_deal(app)
add_ladder(app)
add_autopsy(app)
add_people(app)
add_replay(app)
add_verbs(app)
add_corrections(app)
