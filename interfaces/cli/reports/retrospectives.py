"""`dealtrail report retrospectives`: what was learned, and what is done about it."""

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.retrospectives import retrospectives_plot
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.retrospectives_table import show_retrospectives
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.causes.retrospectives_report import retrospectives_of

app = typer.Typer(add_completion=False)


@asks(app, "retrospectives")
def retrospectives(session: Session, question: Question, *, svg: Svg = None) -> None:
    """What retrospectives saw and taught, and their actions, open and done, in groups.

    With a period only the retrospectives held in it are counted.
    """
    answer = retrospectives_of(session.views, session.deals, question)
    if not written(session, answer, question):
        show_retrospectives(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, retrospectives_plot(session, answer), svg)
