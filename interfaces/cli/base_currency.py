"""`--in CUR --rates FILE`: all amounts in one currency, by a table of dated rates."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.rates import Base

In = Annotated[
    str | None, typer.Option("--in", metavar="CUR", help="All amounts in this currency; needs --rates.")
]
Rates = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Dated rates: a CSV with date, from, to, rate, or a TOML."),
]


def base_currency(session: Session, currency: str | None, rates: Path | None, at: datetime) -> "Base | None":
    """The currency to convert to, at the rates of the day of `at`; None where none is asked for."""
    from projections.asking.rates import Base, read_rates

    if (currency is None) != (rates is None):
        raise typer.BadParameter("One needs the other: --in CUR --rates FILE.", param_hint="--in, --rates")
    if currency is None or rates is None:
        return None
    return Base(currency.upper(), at.astimezone(session.zone).date(), read_rates(rates))
