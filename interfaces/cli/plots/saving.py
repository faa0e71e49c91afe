"""`--svg FILE`: the option, and the file that it names."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.errors import BadInput, Unavailable
from interfaces.cli.session import Session

if TYPE_CHECKING:  # matplotlib is imported when a picture is drawn
    from interfaces.cli.plots.plot import Plot

Svg = Annotated[
    Path | None,
    typer.Option("--svg", metavar="FILE", help="Draw it too, as a picture in this file."),
]


def save(session: Session, plot: "Plot", file: Path) -> None:
    """Draw the plot into a file, which is replaced.

    BadInput where there is nothing to draw (no file is written), Unavailable where it cannot be written.
    """
    if not plot.panels:
        raise BadInput(
            f"There is nothing to draw: no deal has the figures of this picture, so {file} was not written. "
            "Ask without the filters, or about another time."
        )
    from interfaces.cli.plots.drawing import drawn

    picture = drawn(plot)
    try:
        file.write_bytes(picture)
    except OSError as error:
        raise Unavailable(
            f"The picture cannot be written to {file}: {error.strerror}. "
            "Name a file in a folder that is there and that you may write to."
        ) from None
    session.tell(session.say("drawn", file=file))
