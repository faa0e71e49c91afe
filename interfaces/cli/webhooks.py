"""`dealtrail consumers webhooks`: what was delivered to whom, delivering again, trying an endpoint."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from interfaces.cli import webhooks_deliveries, webhooks_endpoints
from interfaces.cli.command import declared
from interfaces.cli.job_states import StateUrl, formats
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.times import NotATime, at_start
from interfaces.cli.webhooks_queues import queues_written

if TYPE_CHECKING:  # what needs SQLAlchemy or an HTTP client is imported when a command needs it
    from datetime import datetime

    from consumers.jobs.webhooks.endpoints import Endpoint

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(webhooks_deliveries.app, name="deliveries")
app.add_typer(webhooks_endpoints.app, name="endpoints")


@app.callback()
def webhooks() -> None:
    """Signed HTTP requests to others: the delivery log, redelivery, endpoints."""


@declared(app, "redeliver")
def redeliver(
    session: Session,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Deliveries, by the ids that `deliveries list` shows."),
    ] = None,
    *,
    endpoint: Annotated[
        str | None, typer.Option(metavar="NAME", help="Instead of ids: of this endpoint …")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="… everything that was given up.")] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="… everything that was queued since then, delivered or not."),
    ] = None,
    state: StateUrl = None,
) -> None:
    """Send messages again, under their old ids, now and with all their tries before them."""
    from consumers.jobs.webhooks.tending import redeliver as redeliver_one
    from consumers.jobs.webhooks.tending import redeliver_failed, redeliver_since
    from engine.clock import now

    _check(names, endpoint, failed=failed, since=since)
    with queues_written(session, state) as connection:
        if endpoint is None:
            chosen = list(dict.fromkeys(names or ()))
            for name in chosen:
                redeliver_one(connection, name, now())
            count = len(chosen)
        elif failed:
            count = redeliver_failed(connection, endpoint, now())
        else:
            count = redeliver_since(connection, endpoint, _instant(session, since or ""), now())
    if session.output == "table":
        show(session.say("webhooks-again", count=count))
    else:
        write(session.output, {"redelivered": count}, [{"redelivered": count}])


@declared(app, "ping")
def ping(
    session: Session,
    endpoint: Annotated[str, typer.Argument(metavar="ENDPOINT", help="The endpoint's name.")],
    *,
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The job's configuration (TOML).", dir_okay=False)
    ],
) -> None:
    """Send a signed message that says nothing; exit code 6 where the endpoint does not take it."""
    from contextlib import closing

    from consumers.jobs.webhooks.messages import ping as nothing
    from consumers.jobs.webhooks.sending import Line
    from domain.errors import Unavailable
    from engine.clock import now

    with closing(Line(_endpoint(endpoint, config))) as line:
        answer = line.send(f"ping:{uuid4()}:{endpoint}", nothing(now()), now())
    took_ms = round(answer.took.total_seconds() * 1_000)
    told = {"endpoint": endpoint, "status": answer.status, "error": answer.error, "took_ms": took_ms}
    if session.output != "table":
        write(session.output, told, [told])
    if not answer.took_it:
        raise Unavailable(
            f"The endpoint {endpoint} did not take a message: {answer.status or answer.error}. Look at it, at its URL "
            "and at its log, then try again. docs/webhooks.md says what each answer means."
        )
    if session.output == "table":
        show(session.say("webhooks-pinged", endpoint=endpoint, status=answer.status, ms=took_ms))


def _check(names: list[str] | None, endpoint: str | None, *, failed: bool, since: str | None) -> None:
    """Ids, or an endpoint and what of it; a usage error for anything else."""
    if names and (endpoint is not None or failed or since is not None):
        raise typer.BadParameter("Give ids, or --endpoint with --failed or --since.", param_hint="ID")
    if not names and endpoint is None:
        raise typer.BadParameter("Give ids, or --endpoint with --failed or --since.", param_hint="ID")
    if endpoint is not None and failed is (since is not None):
        raise typer.BadParameter("Say --failed or --since TIME with it.", param_hint="--endpoint")


def _instant(session: Session, word: str) -> "datetime":
    try:
        return at_start(word, formats(session).zone, session.now)
    except NotATime as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None


def _endpoint(name: str, config: Path) -> "Endpoint":
    import os

    from consumers.jobs.webhooks.endpoints import read
    from domain.errors import BadInput, NotFound
    from interfaces.cli.consumers import configuration

    try:
        found = {each.name: each for each in read(configuration(config), os.environ).endpoints}
    except BadInput as error:
        raise BadInput(f"{config}: {error}") from error
    if name not in found:
        raise NotFound(f"{config} names no endpoint {name!r}, only {', '.join(found)}.")
    return found[name]
