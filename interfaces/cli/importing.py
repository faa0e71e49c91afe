"""`dealtrail import`: deals from a CSV export with a mapping, from a history, or from another CRM."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.import_report import tell
from interfaces.cli.progress import Progress
from interfaces.cli.session import Session
from interfaces.cli.times import when
from interfaces.cli.writing import actor

if TYPE_CHECKING:  # the importers are imported when a command uses them
    from interfaces.importing.crm.importing import Importing

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, gzip too; - for standard input.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the files of the export.")]
Check = Annotated[bool, typer.Option("--check", help="Record nothing: say what would be, and what is wrong.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="WHO", help="Who did it; else the import of its source.")
]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="CUR", help="The currency of amounts that have none.")
]
Dates = Annotated[
    list[str] | None,
    typer.Option(
        "--dates",
        metavar="FORMAT",
        help="How dates are written where not as in ISO 8601: '%m/%d/%y %I:%M %p'.",
    ),
]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def import_() -> None:
    """Bring deals in: a CSV export, a history, or another CRM's export. Importing again adds only what is new."""


@declared(app, "csv")
def csv(
    session: Session,
    file: File,
    *,
    mapping: Annotated[
        Path, typer.Option(metavar="M.toml", help="Which column means what; see docs/examples.")
    ],
    check: Check = False,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CUR", help="The currency of amounts, where file and mapping name none."),
    ] = None,
    exported_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When the file was exported: a day or an instant; else now."),
    ] = None,
    by: By = None,
) -> None:
    """A table with a row for each deal, as it stood when it was exported. A later export adds the differences."""
    from interfaces.importing.table.importing import import_csv
    from interfaces.importing.table.mapping_file import read_mapping

    columns = read_mapping(mapping)
    session.creating(check=check)
    exported, precision = session.time(when, exported_at, "--exported-at") or (None, "instant")
    with Progress(session.say("importing")) as progress:
        report = import_csv(
            file,
            session.deals,
            columns,
            check=check,
            currency=currency,
            exported_at=exported,
            exported_precision=precision,
            by=None if by is None else actor(by),
            progress=progress,
        )
    tell(session, report)


@declared(app, "history")
def history(session: Session, file: File, *, check: Check = False, by: By = None) -> None:
    """Events one by one, as `export history` writes them: NDJSON, any order of deals."""
    from interfaces.importing.history.importing import import_history

    session.creating(check=check)
    with Progress(session.say("importing")) as progress:
        report = import_history(
            file,
            session.deals,
            check=check,
            by=None if by is None else actor(by),
            progress=progress,
        )
    tell(session, report)


@declared(app, "salesforce")
def salesforce(
    session: Session,
    folder: Folder,
    *,
    check: Check = False,
    currency: Currency = None,
    dates: Dates = None,
    source: Annotated[
        str, typer.Option(metavar="NAME", help="Your name for this org; part of the identity of its deals.")
    ] = "salesforce",
    by: By = None,
) -> None:
    """A folder with Salesforce's files: opportunities with their history, contact roles, tasks and events."""
    from interfaces.importing.salesforce.importing import import_salesforce

    with _importing(session, check=check, by=by) as importing:
        report = import_salesforce(
            folder,
            importing,
            zone=session.zone,
            dates=tuple(dates or ()),
            currency=currency,
            source=source,
        )
    tell(session, report, counted="unchanged-events")


@declared(app, "hubspot")
def hubspot(
    session: Session,
    folder: Folder,
    *,
    check: Check = False,
    currency: Currency = None,
    dates: Dates = None,
    source: Annotated[
        str,
        typer.Option(metavar="NAME", help="Your name for this account; part of the identity of its deals."),
    ] = "hubspot",
    by: By = None,
) -> None:
    """A folder with HubSpot's files: deals with the history of their properties, pipelines, contacts, merges."""
    from interfaces.importing.hubspot.importing import import_hubspot

    with _importing(session, check=check, by=by) as importing:
        report = import_hubspot(
            folder,
            importing,
            zone=session.zone,
            dates=tuple(dates or ()),
            currency=currency,
            source=source,
        )
    tell(session, report, counted="unchanged-events")


@declared(app, "pipedrive")
def pipedrive(
    session: Session,
    file: File,
    *,
    check: Check = False,
    currency: Currency = None,
    source: Annotated[
        str,
        typer.Option(metavar="NAME", help="Your name for this company; part of the identity of its deals."),
    ] = "pipedrive",
    by: By = None,
) -> None:
    """The JSON of Pipedrive's deals with their flow, stages and pipelines; JSON or NDJSON."""
    from interfaces.importing.pipedrive.importing import import_pipedrive

    with _importing(session, check=check, by=by) as importing:
        report = import_pipedrive(file, importing, zone=session.zone, currency=currency, source=source)
    tell(session, report, counted="unchanged-events")


@contextmanager
def _importing(session: Session, *, check: bool, by: str | None) -> Iterator["Importing"]:
    """The store that is imported into, and the progress that is shown meanwhile."""
    from interfaces.importing.crm.importing import Importing

    session.creating(check=check)
    with Progress(session.say("importing")) as progress:
        yield Importing(session.deals, check, None if by is None else actor(by), progress)
