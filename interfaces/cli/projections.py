"""`dealtrail projections`: how far the read models are; keeping them there; building them anew; checking them."""

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.output import show, write
from interfaces.cli.progress import Progress
from interfaces.cli.session import Session, one_of

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.running.projection import Projection

DIFFERENT = 7

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Which read models; without a name, all.")
]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def projections() -> None:
    """The read models: how far they are, rebuild, check."""


@declared(app, "status")
def status(session: Session, names: Names = None) -> None:
    """How far each read model is behind the log. Looking changes nothing."""
    from projections.running.status import status as status_of

    lines = [
        each.model_dump(mode="json")
        for each in status_of(session.opened_views, session.deals, _chosen(names))
    ]
    if session.output != "table":
        write(session.output, lines, lines)
        return
    columns = [
        Column(session.say(f"status-{name.replace('_', '-')}"), right=name not in ("name", "state"))
        for name in lines[0]
    ]
    show(table(columns, [[_cell(session, value) for value in line.values()] for line in lines]))


@declared(app, "run")
def run(
    session: Session,
    names: Names = None,
    *,
    interval: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0.05, help="Look so often at least, whether the log has called or not."
        ),
    ] = 1.0,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say each time how far the read models have come.")
    ] = False,
) -> None:
    """Keep read models at the end of the log until interrupted; then finish the page in hand and stop."""
    from interfaces.cli.running import Told, stopped_by_signals
    from projections.running.following import follow

    chosen = _chosen(names)
    views, told = session.opened_views, Told(session, verbose=verbose)
    with stopped_by_signals() as stopping:
        session.tell(session.say("following", url=session.deals.info.url))
        follow(views, session.deals, chosen, stopping, told, interval=interval)
    session.tell(session.say("followed"))


@declared(app, "rebuild")
def rebuild(session: Session, names: Names = None) -> None:
    """Build read models anew beside those in force; the new ones then take over."""
    from projections.running.runner import rebuild as rebuild_one

    for projection in _chosen(names):
        with Progress(session.say("rebuilding")) as progress:
            rebuild_one(session.opened_views, session.deals, projection, progress=progress)
        session.tell(session.say("rebuilt", name=projection.name))


@declared(app, "verify")
def verify(session: Session, names: Names = None) -> None:
    """Fold the log again and compare every row; exit code 7 and the first difference if there is one."""
    from projections.running.verifying import verify as verify_rows

    with Progress(session.say("verifying")) as progress:
        found = verify_rows(session.opened_views, session.deals, _chosen(names), progress)
    if session.output != "table":
        lines = [each.model_dump(mode="json") for each in found]
        write(session.output, lines, lines)
    else:
        for each in found:
            sentence = "rows-differ" if each.difference else "rows-agree"
            told = session.say(sentence, name=each.name, rows=each.rows, difference=each.difference)
            show(told)
    if any(each.difference for each in found):
        session.tell(session.say("rebuild-them"))
        raise typer.Exit(DIFFERENT)


def _chosen(names: list[str] | None) -> "list[Projection]":
    from projections.catalogue import PROJECTIONS

    known = {each.name: each for each in PROJECTIONS}
    return [known[one_of(name, tuple(known), "NAME")] for name in names or known]


def _cell(session: Session, value: object) -> str:
    return session.formats.number(value) if isinstance(value, int | float) else str(value)
