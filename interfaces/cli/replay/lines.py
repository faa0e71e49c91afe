"""A replay in plain lines, for a pipe: each event, what it changed, the state beside it."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from interfaces.cli.grid import plain
from interfaces.cli.output import show
from interfaces.cli.replay.wording import StepWords
from interfaces.cli.session import Session
from projections.one_deal.replay import Step


def show_lines(session: Session, words: StepWords, steps: Sequence[Step]) -> None:
    """Print every step, one below the other."""
    for step in steps:
        show(Text("\n").join(_lines(session, words, step, len(steps))))


def _lines(session: Session, words: StepWords, step: Step, of: int) -> Iterator[Text]:
    head = session.say("replay-step", number=step.number, of=of)
    yield Text(plain(f"{head} · {words.when(step)} · {words.who(step)}"), style="bold")
    for line in words.what(step).split("\n"):
        yield Text.assemble("  ", line)
    yield Text(f"  {words.line(step)}", style="dim")
    yield Text("")
