"""`dealtrail report scorecard`: what people do, and what comes of it, week by week."""

from typing import Annotated

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.plots.scorecard import scorecard_plot
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.scorecard_table import show_scorecard
from interfaces.cli.session import Session, one_of
from projections.asking.question import Question
from projections.touchpoints.scorecard import PERIODS, Per
from projections.touchpoints.scorecard import scorecard as scorecard_of
from projections.touchpoints.scorecard_count import PERSON

app = typer.Typer(add_completion=False)


@asks(app, "scorecard")
def scorecard(
    session: Session,
    question: Question,
    *,
    per: Annotated[
        str,
        typer.Option(
            metavar="PERIOD",
            help="week: touchpoints and appointments; month: leads, conversions and contracts; quarter: wins.",
        ),
    ] = "week",
    svg: Svg = None,
) -> None:
    """What people do and what comes of it, by person and week, month or quarter.

    The groups are by person, which --by takes too. The period bounds when things happened.
    """
    chosen: Per = one_of(per, tuple(PERIODS), "--per")  # type: ignore[assignment]
    answer = scorecard_of(session.views, session.deals, question, per=chosen)
    if not written(session, answer, question, (*(question.by or (PERSON,)), per)):
        show_scorecard(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, scorecard_plot(session, answer), svg)
