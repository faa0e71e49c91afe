"""`dealtrail deal`: one deal, or a list of them; and a verb for everything that can happen to one."""

from typing import Any

import typer
import typer.main
from typer.core import TyperGroup

from interfaces.cli.lazily import Lazily


class Deal(TyperGroup):
    """The list of deals, for which nobody waits for sixty verbs; and all the others, made when one is asked for."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type]
        self.add_command(
            Lazily("list", "interfaces.cli.deal_list", "Deals as they stand, now or on any past day.")
        )

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as Typer calls it
        """The command of that name, None where there is none."""
        if cmd_name not in self.commands:
            self._complete()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - as Typer calls it
        """All names, in the order of --help."""
        self._complete()
        return super().list_commands(ctx)

    def _complete(self) -> None:
        from interfaces.cli.deal_commands import app as others  # sixty verbs are not made for the list

        for each in typer.main.get_group(others).commands.values():
            self.add_command(each)


app = typer.Typer(no_args_is_help=True, add_completion=False, cls=Deal)


@app.callback()
def deal() -> None:
    """One deal: list, show, log, blame, and everything that can happen to it."""
