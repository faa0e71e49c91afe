"""What `dealtrail deal` does with one deal: the ways to look at it, and a verb for everything that can happen to it."""

import typer

from interfaces.cli.autopsy import add_autopsy
from interfaces.cli.correcting import add_corrections
from interfaces.cli.ladder import add_ladder
from interfaces.cli.one_deal import add_views_of_a_deal
from interfaces.cli.people import add_people
from interfaces.cli.replay.command import add_replay
from interfaces.cli.verb_commands import add_verbs

app = typer.Typer(add_completion=False)

add_views_of_a_deal(app)
add_ladder(app)
add_autopsy(app)
add_people(app)
add_replay(app)
add_verbs(app)
add_corrections(app)
