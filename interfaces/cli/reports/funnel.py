"""`dealtrail report funnel`: how far deals come, and where they get stuck."""

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.funnel import funnel_plot
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.reports.asking import asks
from interfaces.cli.reports.funnel_table import show_funnel
from interfaces.cli.reports.stage_lines import written_by_stage
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.stages.funnel import funnel as funnel_of

app = typer.Typer(add_completion=False)


@asks(app, "funnel")
def funnel(session: Session, question: Question, *, svg: Svg = None) -> None:
    """How many deals reach each stage and get past it, and where they get stuck, in groups.

    With a period the deals opened in it are counted; conversions are of the deals that entered a stage in it.
    """
    answer = funnel_of(session.views, session.deals, question)
    if not written_by_stage(session, answer, question):
        show_funnel(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, funnel_plot(session, answer), svg)
