"""`dealtrail report causes`: who says why deals were won or lost, and what goes with winning."""

from typing import Annotated

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.causes import causes_plot
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.causes_table import show_causes
from interfaces.cli.session import Session
from projections.asking.question import Question

app = typer.Typer(add_completion=False)


@asks(app, "causes")
def causes(
    session: Session,
    question: Question,
    together: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FACTOR",
            help="Look at this factor together with others, by logistic regression: long-silence, pushed, "
            "segment.NAME=VALUE, lead-source=SOURCE, … Given twice or more.",
        ),
    ] = None,
    svg: Svg = None,
) -> None:
    """What everybody says of closed deals, how they agree, and how the win rate goes with each factor.

    With a period only the deals closed in it are counted.
    """
    # Imported here: the statistics take a second to load, and --help does without them.
    from projections.causes.causes import causes as causes_of

    answer = causes_of(session.views, session.deals, question, factors=tuple(together or ()))
    if not written(session, answer, question):
        show_causes(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, causes_plot(session, answer), svg)
