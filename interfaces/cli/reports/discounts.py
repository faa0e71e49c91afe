"""`dealtrail report discounts`: how deals were negotiated, and at what price they ended."""

import typer

from interfaces.cli.asking import asked_when
from interfaces.cli.plots.discounts import discounts_plot
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.reports.asking import asks, written
from interfaces.cli.reports.discounts_table import show_discounts
from interfaces.cli.session import Session
from projections.asking.question import Question
from projections.negotiation.discounts import discounts as discounts_of

app = typer.Typer(add_completion=False)


@asks(app, "discounts")
def discounts(session: Session, question: Question, *, svg: Svg = None) -> None:
    """Offers and their answers, rounds, discounts, concessions and objections, in groups.

    With a period only the deals closed in it are counted.
    """
    answer = discounts_of(session.views, session.deals, question)
    if not written(session, answer, question):
        show_discounts(session, answer, asked_when(session, answer.as_of, answer.known_at))
    if svg is not None:
        save(session, discounts_plot(session, answer), svg)
