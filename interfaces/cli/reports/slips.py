"""`dealtrail report slips`: how often closes are pushed, and which expected deals did not close in time."""

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.plots.slips import slips_plot
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.slips_table import show_slips
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.stages.slips import slips as slips_of

app = typer.Typer(add_completion=False)


@asks(app, "slips")
def slips(session: Session, question: Question, *, svg: Svg = None) -> None:
    """How often and how far expected closes were pushed, and how many expected deals slipped, in groups.

    With a period only pushes made in it are counted. With --from and --to the deals are followed that were
    expected to close in between when it began.
    """
    answer = slips_of(session.views, session.deals, question)
    if not written(session, answer, question):
        show_slips(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, slips_plot(session, answer), svg)
