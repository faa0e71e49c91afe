"""`dealtrail pipeline`: open deals by stage, now or on any past day."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from interfaces.cli.asking import AsOf, KnownAt, Owner, Pipeline, Segment, asked_when, filters
from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.naming import Names
from interfaces.cli.output import listed, show, write
from interfaces.cli.plots.saving import Svg, save
from interfaces.cli.session import Session
from interfaces.cli.sums import all_sums, column

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.states.pipeline_answer import PipelineAnswer

app = typer.Typer(add_completion=False)


@declared(app, "pipeline")
def pipeline(
    session: Session,
    *,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    owner: Owner = None,
    pipeline: Pipeline = None,
    segment: Segment = None,
    svg: Svg = None,
) -> None:
    """Open deals by stage, and all that was won and lost, now or on any past day."""
    from projections.states.pipeline_view import pipeline as pipeline_of

    asked = session.asked(as_of, known_at)
    answer = pipeline_of(session.views, session.deals, asked, filters(owner, pipeline, segment))
    if session.output == "table":
        show_pipeline(session, answer)
    else:
        document = answer.model_dump(mode="json")
        write(session.output, document, document["stages"], shape=listed(type(answer), "stages"))
    if svg is not None:
        from interfaces.cli.plots.pipeline import pipeline_plot

        save(session, pipeline_plot(session, answer), svg)


def show_pipeline(session: Session, answer: "PipelineAnswer") -> None:
    """Print the pipeline for people, with what must be known to read it."""
    show(asked_when(session, answer.as_of, answer.known_at))
    closed = (answer.open, answer.won, answer.lost)
    if not any(each.deals for each in closed):
        show(session.say("no-deals"))
    else:
        _show_stages(session, answer)
    ages = answer.open.age_days
    if ages.median is not None and ages.mean is not None and ages.max is not None:
        number = session.formats.number
        show(session.say("ages", median=number(ages.median), mean=number(ages.mean), max=number(ages.max)))
    if answer.undated:
        show(session.say("left-out-undated", deals=session.formats.number(answer.undated)))
    if answer.unweighted:
        show(session.say("left-out-unweighted", deals=session.formats.number(answer.unweighted)))


def _show_stages(session: Session, answer: "PipelineAnswer") -> None:
    formats, several = session.formats, len({each.pipeline for each in answer.stages}) > 1
    closed = {"won": answer.won, "lost": answer.lost}
    held = [answer.open.amounts, answer.won.amounts, answer.lost.amounts]
    sums, names = all_sums(formats, [*held, answer.open.weighted])
    titles = [
        *([Column(session.say("pipeline"))] if several else []),
        Column(session.say("stage")),
        Column(session.say("deals"), right=True),
        column(session.say("amount"), names),
        *([column(session.say("weighted"), names)] if answer.open.weighted else []),
    ]

    def rows() -> Iterator[Sequence[str] | None]:
        known, blank = Names(session.deals, formats), [""] if several else []
        for each in answer.stages:
            yield [
                *([known.pipeline(each.pipeline)] if several else []),
                known.stage(each.pipeline, each.stage),
                formats.number(each.deals),
                sums.lines(each.amounts, names),
                *([sums.lines(each.weighted, names)] if answer.open.weighted else []),
            ]
        yield None
        open_ = answer.open
        figures = [sums.lines(open_.amounts, names)]
        if open_.weighted:
            figures.append(sums.lines(open_.weighted, names))
        yield [formats.label("outcome", "open"), *blank, formats.number(open_.deals), *figures]
        for outcome, each_ in closed.items():
            row = [formats.number(each_.deals), sums.lines(each_.amounts, names)]
            yield [formats.label("outcome", outcome), *blank, *row, *([""] if open_.weighted else [])]

    show(table(titles, rows()))
