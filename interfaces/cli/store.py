"""`dealtrail store`: what the log is, whether it is what was written, an anchor to keep elsewhere, backup, upgrade."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.grid import Column, table
from interfaces.cli.output import show, write
from interfaces.cli.progress import Progress
from interfaces.cli.session import Session

if TYPE_CHECKING:  # the event store is imported when a command opens one
    from engine.log import Head
    from engine.verify import Anchor

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def store() -> None:
    """The log: what it is, whether anybody changed it, an anchor to keep."""


@declared(app, "info")
def info(session: Session) -> None:
    """What the store is: its id, its time zone, when it was made, how far its log goes."""
    known, head = session.deals.info, session.deals.head()
    document = {
        "store_id": str(known.store_id),
        "url": known.url,
        "timezone": known.timezone,
        "created_at": known.created_at.isoformat(),
        "schema_version": known.schema_version,
        **_told(head),
    }
    if session.output != "table":
        write(session.output, document, [document])
        return
    instants = {"created_at": known.created_at, "recorded_at": head.recorded_at}
    rows = [
        (
            session.say(f"store-{name.replace('_', '-')}"),
            session.formats.value("store", name, instants.get(name, str(value))),
        )
        for name, value in document.items()
    ]
    show(table([Column("", whole=True), Column("", whole=True)], rows))
    if head.position == 0:
        show(session.say("store-empty"))


@declared(app, "anchor")
def anchor(session: Session) -> None:
    """Print the end of the log as POSITION:DIGEST. Kept elsewhere, it proves later that nothing was rewritten."""
    head = session.deals.head()
    if session.output == "table":
        show(f"{head.position}:{head.digest.hex()}")
    else:
        write(session.output, _told(head), [_told(head)])


@declared(app, "verify")
def verify(
    session: Session,
    *,
    anchor: Annotated[
        str | None,
        typer.Option(metavar="POSITION:DIGEST|FILE", help="An anchor that `store anchor` printed once."),
    ] = None,
) -> None:
    """Read the whole log and check it against its digests; exit code 7 names the first row that is not right."""
    from engine.verify import verify as verify_log

    kept = None if anchor is None else _anchor(anchor)
    whole = session.deals.head().position
    with Progress(session.say("verifying")) as progress:
        head = verify_log(session.deals.store, kept, progress=lambda position: progress("", position, whole))
    if session.output != "table":
        document = {"verified": True, **_told(head), "anchor": None if kept is None else kept.position}
        write(session.output, document, [document])
        return
    show(session.say("verified", position=head.position, digest=head.digest.hex()))
    if kept is not None:
        show(session.say("verified-anchor", position=kept.position))


@declared(app, "backup")
def backup(
    session: Session,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the copy goes; there must be none yet.")
    ],
) -> None:
    """Make a whole copy of a store that is in use, check it against its digests, and print its anchor."""
    from engine.backup import backup as make_backup

    head = make_backup(session.deals.store, file)
    if session.output != "table":
        document = {"file": str(file), **_told(head)}
        write(session.output, document, [document])
        return
    show(session.say("backup-made", file=file, position=head.position))
    show(f"{head.position}:{head.digest.hex()}")


@declared(app, "upgrade")
def upgrade(
    session: Session,
    *,
    grant: Annotated[
        str | None,
        typer.Option(metavar="ROLE", help="Let this role of PostgreSQL record and read, and no more."),
    ] = None,
) -> None:
    """Make the store, or bring one of an older dealtrail to today's tables. To be run by who owns it."""
    from engine.clock import now
    from engine.stores import upgrade as upgrade_store

    known = upgrade_store(session.settings, now, grant)
    if session.output != "table":
        document = {"store_id": str(known.store_id), "schema_version": known.schema_version, "granted": grant}
        write(session.output, document, [document])
        return
    show(session.say("store-upgraded", url=known.url, version=known.schema_version))
    if grant is not None:
        show(session.say("store-granted", role=grant))


def _told(head: "Head") -> dict[str, object]:
    recorded_at = None if head.recorded_at is None else head.recorded_at.isoformat()
    return {"position": head.position, "digest": head.digest.hex(), "recorded_at": recorded_at}


def _anchor(word: str) -> "Anchor":
    """The anchor that the word is, or that the file of that name holds."""
    from engine.verify import Anchor

    text = word
    if ":" not in word or Path(word).is_file():
        try:
            text = Path(word).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"{word!r} cannot be read: {error}.", param_hint="--anchor") from None
    position, _, digest = text.strip().partition(":")
    try:
        return Anchor(int(position), bytes.fromhex(digest))
    except ValueError:
        raise typer.BadParameter(
            f"{text.strip()[:100]!r} is no anchor. It reads POSITION:DIGEST, as `store anchor` prints it.",
            param_hint="--anchor",
        ) from None
