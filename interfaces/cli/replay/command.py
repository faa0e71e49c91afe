"""`dealtrail deal replay`: step through a deal event by event, on a terminal with keys."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic_core import to_jsonable_python

from domain.errors import NotFound
from interfaces.cli.asking import AsOf, KnownAt, asked_when
from interfaces.cli.command import declared
from interfaces.cli.output import show, write
from interfaces.cli.session import Session
from interfaces.cli.times import at_end
from interfaces.cli.verb_commands import Deal

if TYPE_CHECKING:  # drawing and keys are imported when there is a terminal
    from interfaces.cli.replay.wording import StepWords
    from projections.one_deal.replay import Step

LOOK_AGAIN = 0.25
"""Seconds after which a terminal that has another size now is drawn again."""

Speed = Annotated[
    float | None,
    typer.Option(
        metavar="NUMBER",
        min=0.1,
        max=50,
        help="On a terminal: play by itself, so many events a second.",
    ),
]


def add_replay(app: typer.Typer) -> None:
    """Add it to the group `deal`."""
    declared(app, "replay")(replay_deal)


def replay_deal(
    session: Session, deal: Deal, *, speed: Speed = None, as_of: AsOf = None, known_at: KnownAt = None
) -> None:
    """A deal event by event: what each changed, and the deal after it.

    On a terminal with keys (arrows, g for a date, a to play, q to quit), in a pipe as plain lines.
    """
    from interfaces.cli.replay.wording import StepWords
    from projections.one_deal.replay import replay

    stream = session.find(deal)
    at, known = session.time(at_end, as_of, "--as-of"), session.time(at_end, known_at, "--known-at")
    events = session.deals.story(stream)
    if not events:
        raise NotFound(f"There is no deal {stream}. `dealtrail deal list` shows those there are.")
    steps = replay(events, at, known)
    if session.output != "table":
        lines = [_told(each) for each in steps]
        write(session.output, lines, lines)
        return
    words, asked = StepWords(session, events), asked_when(session, at, known)
    if steps and _is_a_terminal():
        _walk(session, words, steps, asked, speed)
        return
    from interfaces.cli.replay.lines import show_lines

    show(asked)
    show_lines(session, words, steps)
    if not steps:
        show(session.say("replay-empty"))


def _walk(
    session: Session, words: "StepWords", steps: "Sequence[Step]", asked: str, speed: float | None
) -> None:
    from rich.console import Console
    from rich.control import Control

    from interfaces.cli.replay.keys import keys_of_the_terminal
    from interfaces.cli.replay.screen import Frames
    from interfaces.cli.replay.walking import Paths, Walk

    console = Console(markup=False, highlight=False, emoji=False)
    frames, paths = Frames(session, words, steps, asked), Paths(session, steps)
    walk = Walk(playing=speed is not None, speed=speed or 1.0)
    drawn: object = None
    with _ended_by_a_signal(), keys_of_the_terminal() as keys, console.screen(hide_cursor=True) as screen:
        while not walk.over:
            size = console.size
            if drawn != (walk, size):
                with console:  # a whole frame at once: nothing flickers
                    console.control(Control.home())
                    screen.update(frames.frame(walk, size.width, size.height))
                drawn = (walk, size)
            pressed = keys.read(1 / walk.speed if walk.playing else LOOK_AGAIN)
            for key in pressed:
                walk = paths.pressed(walk, key)
            if walk.playing and not pressed:
                walk = paths.went_on(walk)


@contextmanager
def _ended_by_a_signal() -> Iterator[None]:
    """SIGTERM and SIGHUP end the walk as Ctrl-C does, so that the terminal is left as it was."""
    kinds = [signal.SIGTERM, *([signal.SIGHUP] if sys.platform != "win32" else [])]
    before = {kind: signal.signal(kind, signal.default_int_handler) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _is_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _told(step: "Step") -> dict[str, Any]:
    """A step as programs read it: the event as it stands, what it changed, all that held something after it."""
    return {
        "step": step.number,
        "version": step.stands.version,
        "type": step.stands.type,
        "at": step.entry.at.isoformat(),
        "precision": step.stands.precision,
        "known_at": step.entry.known.isoformat(),
        "by": step.stands.by.model_dump(mode="json", exclude_none=True),
        "corrected_by": [word.version for word in step.entry.words],
        "changes": [
            {
                "field": each.field,
                "before": to_jsonable_python(each.before),
                "after": to_jsonable_python(each.after),
            }
            for each in step.changes
        ],
        "state": to_jsonable_python(dict(step.state)),
    }
