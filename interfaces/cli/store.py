"""`dealtrail store`: what the log is, whether it is what was written, and an anchor to keep elsewhere."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.cli.command import declared
from interfaces.cli.output import Column, show, table, write
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
    rows = [(session.say(f"store-{name.replace('_', '-')}"), str(value)) for name, value in document.items()]
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
