"""`dealtrail report`: looking back, why deals were won or lost."""

import typer
import typer.main
from typer.core import TyperGroup

from interfaces.cli.lazily import Lazily

REPORTS = (
    ("winloss", "How often deals were won, for how much and in how many days, in groups."),
    ("funnel", "How many deals reach each stage and get past it, and where they get stuck, in groups."),
    (
        "stages",
        "How long deals are in each stage, and how long those have been there that are in it, in groups.",
    ),
    ("velocity", "Cycle times, sales velocity, close and cohort rates, and what follows a win, in groups."),
    (
        "slips",
        "How often and how far expected closes were pushed, and how many expected deals slipped, in groups.",
    ),
    ("discounts", "Offers and their answers, rounds, discounts, concessions and objections, in groups."),
    ("scorecard", "What people do and what comes of it, by person and week, month or quarter."),
    ("followups", "What is due and overdue by person, first response, silence, who decides, in groups."),
    ("causes", "What everybody says of closed deals, and how the win rate goes with each factor."),
    ("retrospectives", "What retrospectives saw and taught, and their actions, open and done, in groups."),
)
"""Name and help, in the order of --help; the module of each is `interfaces.cli.reports.<name>`."""


class Reports(TyperGroup):
    """Every report, imported when it is asked for."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type]
        for name, text in REPORTS:
            self.add_command(Lazily(name, f"interfaces.cli.reports.{name}", text))


app = typer.Typer(no_args_is_help=True, add_completion=False, cls=Reports)


@app.callback()
def report() -> None:
    """Looking back: why deals were won or lost."""
