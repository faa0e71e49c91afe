"""The pipeline as a picture: what is open in each stage, a panel for each currency."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from interfaces.cli.asking import asked_when
from interfaces.cli.naming import Names
from interfaces.cli.plots.plot import Panel, Plot, plot, series
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.states.pipeline_answer import PipelineAnswer, StageFigures


def pipeline_plot(session: Session, answer: "PipelineAnswer") -> Plot:
    """Deals, amounts and weighted amounts of each stage."""
    caption = [asked_when(session, answer.as_of, answer.known_at)]
    if answer.undated:
        caption.append(session.say("left-out-undated", deals=session.formats.number(answer.undated)))
    if answer.unweighted:
        caption.append(session.say("left-out-unweighted", deals=session.formats.number(answer.unweighted)))
    return plot(session.say("pipeline-drawn"), _panels(session, answer), caption)


def _panels(session: Session, answer: "PipelineAnswer") -> Iterator[Panel]:
    formats, stages = session.formats, answer.stages
    names, several = Names(session.deals, formats), len({each.pipeline for each in stages}) > 1
    rows = tuple(
        f"{names.pipeline(each.pipeline)} · {stage}" if several else stage
        for each in stages
        for stage in (names.stage(each.pipeline, each.stage),)
    )
    deals = series(session.say("deals"), "muted", [each.deals for each in stages], formats.number)
    yield Panel(session.say("deals"), session.say("deals"), rows, (deals,), formats.number)
    for held in answer.open.amounts:
        currency = held.currency
        amounts = [_sum(each, currency, weighted=False) for each in stages]
        weights = [_sum(each, currency, weighted=True) for each in stages]
        drawn = [series(session.say("amount"), "main", amounts, formats.number)]
        if any(weights):
            drawn.append(series(session.say("weighted"), "second", weights, formats.number))
        title = f"{session.say('amount')} {currency}"
        yield Panel(title, currency, rows, tuple(drawn), formats.number)


def _sum(stage: "StageFigures", currency: str, *, weighted: bool) -> float | None:
    held = stage.weighted if weighted else stage.amounts
    return next((float(Decimal(each.amount)) for each in held if each.currency == currency), None)
