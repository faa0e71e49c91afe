"""`dealtrail export`: the history out, exactly as `import history` reads it."""

import sys
from typing import Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.session import Session

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def export() -> None:
    """Write the history out, so that it can be imported elsewhere."""


@declared(app, "history")
def history(
    session: Session,
    *,
    deal: Annotated[
        str | None, typer.Option(metavar="DEAL", help="This deal alone: UUID, SOURCE:KEY, or a beginning.")
    ] = None,
) -> None:
    """Every event as NDJSON on stdout. Imported into an empty store it gives the same answers."""
    from interfaces.exporting import export_history

    stream = None if deal is None else session.find(deal)
    written = export_history(session.deals, sys.stdout, deal=stream)
    session.tell(session.say("exported", events=session.formats.number(written)))
