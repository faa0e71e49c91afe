"""How a command is declared: a function that takes a Session, and gains the options that every command has."""

import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand

from interfaces.cli.choices import EVERYWHERE, Choices
from interfaces.cli.session import Session


def declared(
    app: typer.Typer, name: str, cls: type[TyperCommand] | None = None, panel: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(session, …)` as the command `name`; its docstring is the help, in the group's `panel`.

    The other parameters become arguments and options as Typer reads them. What the command
    prints may be cut off by its reader: that is no error.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        app.command(name, cls=cls, help=inspect.getdoc(function), rich_help_panel=panel)(
            _with_session(function, own)
        )
        return function

    return declare


def _with_session(function: Callable[..., None], own: list[inspect.Parameter]) -> Callable[..., None]:
    def run(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        before = context.find_root().obj or Choices()
        choices = before.overridden_by(**{option: given.pop(option) for option in EVERYWHERE})
        try:
            with Session(choices) as session:
                function(session, **given)
            sys.stdout.flush()
        except BrokenPipeError:
            # `| head` has seen enough. Nothing more is written, also not when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    everywhere = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for option, kind in EVERYWHERE.items()
    ]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    keywords = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    run.__signature__ = inspect.Signature([context, *keywords, *everywhere])  # type: ignore[attr-defined]
    run.__annotations__ = {}
    run.__name__ = function.__name__
    return run
