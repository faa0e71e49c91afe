"""`dealtrail report followups`: what is due and overdue, who waits, which deals are silent or hang on one person."""

from typing import Annotated

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.followups import followups_plot
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.followups_page import show_followups
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.followups.followups_report import WITHIN
from projections.followups.followups_report import followups as followups_of

app = typer.Typer(add_completion=False)

Within = Annotated[
    int, typer.Option(metavar="DAYS", min=0, max=3_660, help="What is due in so many days counts as due.")
]


@asks(app, "followups")
def followups(session: Session, question: Question, *, within: Within = WITHIN, svg: Svg = None) -> None:
    """What is due and overdue by person, first response, silence, single-threaded deals, who decides.

    With a period only the first response of the deals opened in it is measured.
    """
    answer = followups_of(session.views, session.deals, question, within=within)
    if not written(session, answer, question):
        show_followups(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, followups_plot(session, answer), svg)
