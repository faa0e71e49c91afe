"""`dealtrail report velocity`: how fast deals go, and what follows a win."""

from typing import Annotated

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.plots.velocity import velocity_plot
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.velocity_table import show_velocity
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.stages.velocity import velocity as velocity_of

app = typer.Typer(add_completion=False)


@asks(app, "velocity")
def velocity(
    session: Session,
    question: Question,
    *,
    since_sql: Annotated[
        bool, typer.Option("--since-sql", help="Cycles begin when a lead was first accepted as SQL.")
    ] = False,
    svg: Svg = None,
) -> None:
    """Cycle times, sales velocity, close and cohort rates, and what follows a win, in groups.

    With a period the deals closed in it are counted; the close rate compares with those opened in it.
    """
    answer = velocity_of(session.views, session.deals, question, since_sql=since_sql)
    if not written(session, answer, question):
        show_velocity(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, velocity_plot(session, answer), svg)
