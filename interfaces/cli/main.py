"""The console script `dealtrail`: the list of commands, and what becomes of their errors."""

import gc
import sys
from functools import cache
from typing import Annotated

import typer
import typer.main
from typer.core import TyperGroup

from interfaces.cli.choices import Choices, Format, Language, Store, Zone
from interfaces.cli.lazily import Lazily
from interfaces.cli.problems import INTERRUPTED, OK, USAGE, told, told_usage, wants_json

COMMANDS = (
    ("demo", "interfaces.cli.demo", "Make a store with a year and a half of sales to try everything on."),
    (
        "import",
        "interfaces.cli.importing",
        "Bring deals in: a CSV export, a history, or another CRM's export.",
    ),
    ("export", "interfaces.cli.exporting", "Write the history out, so that it can be imported elsewhere."),
    ("pipeline", "interfaces.cli.pipeline", "Open deals by stage, now or on any past day."),
    ("changes", "interfaces.cli.changes", "What changed in the pipeline between two days: the waterfall."),
    (
        "deal",
        "interfaces.cli.deal",
        "One deal: list, show, log, blame, and everything that can happen to it.",
    ),
    ("report", "interfaces.cli.report", "Looking back: why deals were won or lost."),
    ("stages", "interfaces.cli.stages", "The definitions of pipelines."),
    ("events", "interfaces.cli.events", "The feed of events itself."),
    ("projections", "interfaces.cli.projections", "The read models: how far they are, rebuild, check."),
    (
        "relay",
        "interfaces.cli.relay",
        "What is recorded goes to Kafka: topics, the relay itself, how far it is.",
    ),
    (
        "consumers",
        "interfaces.cli.consumers",
        "Jobs that read the events from Kafka: run them, look after them.",
    ),
    ("store", "interfaces.cli.store", "The log: what it is, whether anybody changed it, an anchor to keep."),
)
"""Name, module and help, in the order of --help."""

RARELY = 50_000
"""So many new objects the collector of garbage waits for: what is imported stays, and made up most of its work."""

root = typer.Typer(
    name="dealtrail",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("dealtrail"))
        raise typer.Exit


@root.callback()
def dealtrail(
    context: typer.Context,
    *,
    store: Store = None,
    tz: Zone = None,
    lang: Language = None,
    output: Format = None,
    _: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and stop."),
    ] = False,
) -> None:
    """The pipeline as it was known on any past day, and why deals were won or lost."""
    context.obj = Choices(store, tz, lang, output)


@cache
def command() -> TyperGroup:
    """The whole command line; each command is imported when it is used."""
    group = typer.main.get_group(root)
    for name, module, text in COMMANDS:
        group.add_command(Lazily(name, module, text))
    return group


def main(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    as_json = wants_json(arguments)
    try:
        code = command().main(arguments, prog_name="dealtrail", standalone_mode=False)
        return code if isinstance(code, int) else OK
    except typer.TyperException as error:
        if not error.format_message():
            return USAGE  # a group without a command has shown its help already
        context = getattr(error, "ctx", None)
        usage = (
            f"{context.get_usage()}\nTry '{context.command_path} --help'.\n" if context is not None else None
        )
        return told_usage(error.format_message(), usage, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place where anybody can say what happened
        return told(error, as_json=as_json)


def run() -> None:
    """What the console script calls."""
    gc.set_threshold(RARELY)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
