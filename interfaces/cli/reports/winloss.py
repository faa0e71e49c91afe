"""`dealtrail report winloss`: how often deals were won, for how much and in how many days."""

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.plots.winloss import winloss_plot
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.winloss_table import show_winloss
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.closings.winloss import winloss as winloss_of

app = typer.Typer(add_completion=False)


@asks(app, "winloss")
def winloss(session: Session, question: Question, *, svg: Svg = None) -> None:
    """How often deals were won, for how much and in how many days, in groups.

    With a period only the deals closed in it are counted.
    """
    answer = winloss_of(session.views, session.deals, question)
    if not written(session, answer, question):
        show_winloss(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, winloss_plot(session, answer), svg)
