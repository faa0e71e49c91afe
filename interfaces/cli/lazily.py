"""A command whose module is imported when it is used: `dealtrail --help` need not wait for all of them."""

from functools import cached_property
from importlib import import_module
from typing import Any

import typer.main
from typer.core import TyperCommand, TyperGroup


class Lazily(TyperCommand):
    """Stands in the list of commands for the Typer app called `app` in `module`."""

    def __init__(self, name: str, module: str, help: str) -> None:
        super().__init__(name, help=help)
        self.module = module

    @cached_property
    def loaded(self) -> TyperCommand | TyperGroup:
        """The command itself."""
        command = typer.main.get_command(import_module(self.module).app)
        if not isinstance(command, TyperCommand | TyperGroup):
            raise TypeError(f"{self.module}.app is no Typer app")
        command.name = self.name
        return command

    def make_context(self, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - as Typer calls it
        """A context of the command itself: from here on nobody sees this stand-in."""
        return self.loaded.make_context(*arguments, **keywords)
