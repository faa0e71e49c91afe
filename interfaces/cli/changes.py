"""`dealtrail changes`: what changed in the pipeline between two days, the waterfall."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from interfaces.cli.asking import KnownAt, Owner, Pipeline, Segment, filters
from interfaces.cli.base_currency import In, Rates, base_currency
from interfaces.cli.command import declared
from interfaces.cli.deal_names import deal_names
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import listed, show, write
from interfaces.cli.reports.dimensions import named
from interfaces.cli.session import Session
from interfaces.cli.sums import Sums
from interfaces.cli.times import at_end, window

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.states.waterfall_answer import Bucket, ChangesAnswer, CurrencyChanges

Time = Annotated[str, typer.Argument(help="A day, month or quarter (its end), an instant, -7d or now.")]

app = typer.Typer(add_completion=False)


class TakesDaysAgo(TyperCommand):
    """A command whose arguments may be `-7d`, which would otherwise be read as an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's context
        """The arguments, `-7d` written with a minus sign that begins no option."""
        return super().parse_args(ctx, [re.sub(r"^-(?=\d+[dw]$)", "\u2212", each) for each in args])


@declared(app, "changes", cls=TakesDaysAgo)
def changes(
    session: Session,
    from_: Annotated[str, typer.Argument(metavar="FROM", help="The earlier day; see TO.")],
    to: Annotated[
        str, typer.Argument(metavar="TO", help="A day, month or quarter means its end; an instant, -7d, now.")
    ],
    *,
    known_at: KnownAt = None,
    closing: Annotated[
        str | None,
        typer.Option(metavar="PERIOD", help="Only deals expected to close in this day, month or quarter."),
    ] = None,
    owner: Owner = None,
    pipeline: Pipeline = None,
    segment: Segment = None,
    currency: Annotated[
        str | None, typer.Option(metavar="CUR", help="Only amounts in this currency.")
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="GROUPING", help="A waterfall for each owner, account, pipeline, segment.NAME, …"
        ),
    ] = None,
    bucket: Annotated[
        str | None, typer.Option(metavar="BUCKET", help="Only this movement, such as pushed-out.")
    ] = None,
    deals: Annotated[bool, typer.Option("--deals", help="List the deals behind each movement.")] = False,
    net: Annotated[
        bool, typer.Option("--net", help="Each deal in one movement, by where it stands at both ends.")
    ] = False,
    as_reported: Annotated[
        bool,
        typer.Option(
            "--as-reported", help="Start from what was believed then; `restated` is what we learnt since."
        ),
    ] = False,
    in_: In = None,
    rates: Rates = None,
) -> None:
    """How the open pipeline of one day became that of another. Start and movements add up to the end."""
    from projections.states.waterfall import changes as changes_between

    start = session.required_time(at_end, from_, "FROM")
    end = session.required_time(at_end, to, "TO")
    if start > end:
        raise typer.BadParameter(
            f"The first instant lies after the last: from {from_} to {to}. Swap them.", param_hint="FROM, TO"
        )
    answer = changes_between(
        session.views,
        session.deals,
        start,
        end,
        known_at=session.time(at_end, known_at, "--known-at"),
        closing=session.time(window, closing, "--closing"),
        filters=filters(owner, pipeline, segment),
        currency=None if currency is None else currency.upper(),
        by=by,
        bucket=bucket,
        net=net,
        as_reported=as_reported,
        with_deals=deals,
        base=base_currency(session, in_, rates, end),
    )
    if session.output == "table":
        _show(session, answer)
    else:
        document = answer.model_dump(mode="json")
        bucket_of = listed(listed(type(answer), "currencies"), "buckets")
        before = ["currency", *([f"by.{by}"] if by else [])]
        write(session.output, document, _lines(document), shape=bucket_of, before=before)


def _lines(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A line for each movement (with --deals, for each deal in it)."""
    for each in document["currencies"]:
        where = {name: each[name] for name in ("currency", "by") if name in each}
        for bucket in each["buckets"]:
            for line in bucket.pop("behind", None) or [{}]:
                yield {**where, **bucket, **line}


def _show(session: Session, answer: "ChangesAnswer") -> None:
    instant, zone = session.formats.instant, str(session.zone)
    show(session.say("changes-title", start=instant(answer.from_), end=instant(answer.to), zone=zone))
    if answer.known_at is not None:
        show(session.say("changes-known", known_at=instant(answer.known_at)))
    if answer.closing is not None:
        last = answer.closing.to - timedelta(days=1)
        days = {"first": session.formats.day(answer.closing.from_), "last": session.formats.day(last)}
        show(session.say("changes-closing", **days))
    if not answer.currencies:
        show(session.say("changes-none"))
    for each in answer.currencies:
        show(_waterfall(session, each))
        if not each.balanced:
            show(session.say("changes-unbalanced", currency=each.currency))
        for bucket in each.buckets:
            if bucket.behind:
                show(_behind(session, each, bucket))


def _waterfall(session: Session, each: "CurrencyChanges") -> Grid:
    sums = Sums(session.formats, [each.start, each.end, *(bucket.amount for bucket in each.buckets)])
    columns = [
        Column(session.say("movement")),
        Column(f"{session.say('amount')} {each.currency or ''}".strip(), right=True),
        Column(session.say("deals"), right=True),
    ]
    rows: list[Sequence[str] | None] = [
        (session.say("changes-start"), sums.text(each.start), ""),
        None,
        *(
            (
                session.formats.label("bucket", bucket.bucket),
                sums.signed(bucket.amount),
                session.formats.number(bucket.deals),
            )
            for bucket in each.buckets
        ),
        None,
        (session.say("changes-end"), sums.text(each.end), ""),
    ]
    return table(columns, rows, title=_title(session, each))


def _title(session: Session, each: "CurrencyChanges") -> str | None:
    if each.by is None:
        return None
    return named(session, each.by)


def _behind(session: Session, each: "CurrencyChanges", bucket: "Bucket") -> Grid:
    sums = Sums(session.formats, [move.amount for move in bucket.behind or ()])
    columns = [
        Column(session.say("deal"), whole=True),
        Column(session.say("title")),
        Column(session.say("when")),
        Column(f"{session.say('amount')} {each.currency or ''}".strip(), right=True),
    ]
    names = deal_names(session, (move.deal for move in bucket.behind or ()))
    moves = sorted(bucket.behind or (), key=lambda move: -abs(Decimal(move.amount)))
    rows = [
        (
            names[move.deal],
            move.title,
            "–" if move.at is None else session.formats.instant(move.at),
            sums.signed(move.amount),
        )
        for move in moves
    ]
    return table(columns, rows, title=session.formats.label("bucket", bucket.bucket))
