"""`dealtrail report`: looking back, why deals were won or lost."""

from collections.abc import Iterator
from typing import Annotated

import typer

from interfaces.cli.asking import AsOf, KnownAt, Owner, Pipeline, Segment, asked_when, filters
from interfaces.cli.base_currency import In, Rates, base_currency
from interfaces.cli.command import declared
from interfaces.cli.output import write
from interfaces.cli.session import Session
from interfaces.cli.times import at_start, past_end

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def report() -> None:
    """Looking back: why deals were won or lost."""


@declared(app, "winloss")
def winloss(
    session: Session,
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUPING",
            help="owner, account, lead-source, campaign, pipeline, segment.NAME, reason, kind, competitor, "
            "stage-at-close, closed-by, closed-month, closed-quarter, opened-month or opened-quarter. "
            "Given twice: two dimensions.",
        ),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Only deals closed from the start of this on."),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Only deals closed up to the end of this.")
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    owner: Owner = None,
    pipeline: Pipeline = None,
    segment: Segment = None,
    decided: Annotated[
        bool, typer.Option("--decided", help="Disqualified deals stand beside the lost ones, not in them.")
    ] = False,
    in_: In = None,
    rates: Rates = None,
    deals: Annotated[bool, typer.Option("--deals", help="List the deals behind each figure.")] = False,
) -> None:
    """How often deals were won, for how much and in how many days, in groups."""
    from interfaces.cli.winloss_table import show_winloss
    from projections.winloss import winloss as winloss_of

    start = session.time(at_start, from_, "--from")
    end = session.time(past_end, to, "--to")
    asked = session.asked(as_of, known_at)
    answer = winloss_of(
        session.views,
        session.deals,
        asked,
        by=tuple(by or ()),
        start=start,
        end=end,
        filters=filters(owner, pipeline, segment),
        decided=decided,
        base=base_currency(session, in_, rates, asked.as_of or session.now),
        zone=session.zone,
        with_deals=deals,
    )
    if session.output != "table":
        document = answer.model_dump(mode="json")
        write(session.output, document, _lines(document["groups"]))
        return
    show_winloss(session, answer, asked_when(session, answer.as_of, answer.known_at))


def _lines(groups: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """A line for each group, or with --deals for each deal behind it."""
    for group in groups:
        behind = group.get("behind")
        if not isinstance(behind, list):
            yield group
            continue
        for each in behind:
            yield {"by": group["by"], **each}
