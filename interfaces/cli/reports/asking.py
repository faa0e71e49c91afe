"""How a report is declared: the options that all of them share become one question."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interfaces.cli.asking import AsOf, KnownAt, Owner, Pipeline, Segment, filters
from interfaces.cli.base_currency import In, Rates, base_currency
from interfaces.cli.command import declared
from interfaces.cli.output import listed, write
from interfaces.cli.session import Session
from interfaces.cli.times import at_start, past_end

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.question import Question
    from projections.asking.report_answer import ReportAnswer

By = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GROUPING",
        help="owner, account, lead-source, campaign, pipeline, segment.NAME, reason, kind, competitor, "
        "stage-at-close, closed-by, closed-month, closed-quarter, opened-month or opened-quarter. "
        "Given twice: two dimensions.",
    ),
]
Decided = Annotated[
    bool, typer.Option("--decided", help="Disqualified deals stand beside the lost ones, not in them.")
]
Behind = Annotated[bool, typer.Option("--deals", help="List the deals behind each figure.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="The period, from the start of this on.")
]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="The period, up to the end of this.")]

SHARED: dict[str, tuple[Any, object]] = {
    "by": (By, None),
    "from_": (From, None),
    "to": (To, None),
    "as_of": (AsOf, None),
    "known_at": (KnownAt, None),
    "owner": (Owner, None),
    "pipeline": (Pipeline, None),
    "segment": (Segment, None),
    "decided": (Decided, False),
    "in_": (In, None),
    "rates": (Rates, None),
    "deals": (Behind, False),
}
"""The options of every report: what Typer reads, and the default."""


def asks(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(session, question, …)` as a report; its docstring is the help.

    The parameters after the question become options of its own. What the period bounds is said there.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())
        shared = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for option, (kind, default) in SHARED.items()
        ]

        def run(session: Session, **given: Any) -> None:  # noqa: ANN401 - the options of any report
            options = {option: given.pop(option) for option in SHARED}
            function(session, _question(session, options), **given)

        run.__doc__ = function.__doc__
        run.__name__ = function.__name__
        keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own[2:]]
        run.__signature__ = inspect.Signature([own[0], *keywords, *shared])  # type: ignore[attr-defined]
        declared(app, name)(run)
        return function

    return declare


def _question(session: Session, options: dict[str, Any]) -> "Question":
    from projections.asking.question import Question

    asked = session.asked(options["as_of"], options["known_at"])
    start = session.time(at_start, options["from_"], "--from")
    end = session.time(past_end, options["to"], "--to")
    if start is not None and end is not None and start >= end:
        raise typer.BadParameter(
            f"The period ends before it begins: from {options['from_']} to {options['to']}. Swap them.",
            param_hint="--from, --to",
        )
    return Question(
        asked=asked,
        by=tuple(options["by"] or ()),
        start=start,
        end=end,
        filters=filters(options["owner"], options["pipeline"], options["segment"]),
        decided=options["decided"],
        base=base_currency(session, options["in_"], options["rates"], asked.as_of or session.now),
        zone=session.zone,
        with_deals=options["deals"],
    )


def written(session: Session, answer: "ReportAnswer", question: "Question", by: Sequence[str] = ()) -> bool:
    """Print the answer for a program, if one asked; its groups, or the deals behind them, are the lines.

    `by` names the groups where they are others than those of the question.
    """
    if session.output == "table":
        return False
    document = answer.model_dump(mode="json")
    shape = listed(type(answer), "groups")
    write(
        session.output,
        document,
        _lines(document["groups"]),
        shape=listed(shape, "behind") if question.with_deals else shape,
        before=[f"by.{name}" for name in by or question.by],
    )
    return True


def _lines(groups: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """A line for each group, or with --deals for each deal behind it."""
    for group in groups:
        behind = group.get("behind")
        if not isinstance(behind, list):
            yield group
            continue
        for each in behind:
            yield {"by": group["by"], **each}
