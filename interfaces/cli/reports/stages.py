"""`dealtrail report stages`: how long deals are in which stage."""

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.plots.stages import stages_plot
from interfaces.cli.reports.asking import asks
from interfaces.cli.reports.stage_lines import written_by_stage
from interfaces.cli.reports.stages_table import show_stages
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.stages.stage_times import stage_times

app = typer.Typer(add_completion=False)


@asks(app, "stages")
def stages(session: Session, question: Question, *, svg: Svg = None) -> None:
    """How long deals are in each stage, and how long those have been there that are in it, in groups.

    With a period only deals that left the stage in it are counted.
    """
    answer = stage_times(session.views, session.deals, question)
    if not written_by_stage(session, answer, question):
        show_stages(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, stages_plot(session, answer), svg)
