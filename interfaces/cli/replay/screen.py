"""A frame of the replay on a terminal: the event on the left, the deal after it on the right."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from interfaces.cli.grid import plain
from interfaces.cli.replay.walking import Walk
from interfaces.cli.replay.wording import Held, StepWords
from interfaces.cli.session import Session
from projections.one_deal.replay import Step

BOTH_BESIDE = 76
"""From this width on, event and deal stand beside each other; below it, under each other."""
LISTED = 5
"""Events around the current one that are listed where there is room."""
NAMES = 24
"""No name of a field is wider than this many cells."""


class Frames:
    """Draws the steps of one deal; every line of a frame is exactly as wide as the terminal."""

    def __init__(self, session: Session, words: StepWords, steps: Sequence[Step], asked: str) -> None:
        self._session, self._words, self._steps, self._asked = session, words, steps, asked
        self._console = Console(width=80, markup=False, highlight=False, emoji=False)

    def frame(self, walk: Walk, width: int, height: int) -> Text:
        """What the whole terminal shows; as much as there is room for, the event before the rest."""
        step = self._steps[walk.place]
        head = [*self._head(step, width), self._line_of_time(walk.place, width)][: max(1, height - 4)]
        foot = self._foot(walk, width)
        room = max(0, height - len(head) - 1)
        body = self._beside(step, width, room) if width >= BOTH_BESIDE else self._below(step, width, room)
        lines = [*head, *body[:room], *[Text()] * (room - len(body)), foot]
        return Text("\n", end="").join(_cut(line, width) for line in lines[-height:])

    def _head(self, step: Step, width: int) -> list[Text]:
        number = self._session.say("replay-step", number=step.number, of=len(self._steps))
        title = _cut(
            Text(plain(str(step.state.get("title", ""))), style="bold"), max(0, width - cell_len(number) - 1)
        )
        first = Text.assemble(title, " ", (number, "bold cyan"))
        return [first, Text(plain(self._asked), style="dim")]

    def _line_of_time(self, place: int, width: int) -> Text:
        """A dot for each event where it happened between the first and the last; the current one is filled."""
        times = [step.entry.at.timestamp() for step in self._steps]
        span = times[-1] - times[0] or 1.0
        places = [round((time - times[0]) / span * (width - 1)) for time in times]
        line = ["─"] * width
        for each in places:
            line[each] = "○"
        line[places[place]] = "●"
        drawn = Text("".join(line), style="dim")
        drawn.stylize("not dim bold cyan", places[place], places[place] + 1)
        return drawn

    def _beside(self, step: Step, width: int, room: int) -> list[Text]:
        left = (width - 3) // 2
        right = width - 3 - left
        events = self._event(step, left, room)
        state = self._state(step, right, room)
        wall = Text(" │ ", style="dim")
        return [
            Text.assemble(_cut(one or Text(), left), wall, other or Text())
            for one, other in zip_longest(events, state)
        ]

    def _below(self, step: Step, width: int, room: int) -> list[Text]:
        details = self._details(step, width)
        most = room if room < 8 else max(4, room // 2)
        shown = _fitted(details, most)
        return [*shown, *self._state(step, width, room - len(shown))]

    def _event(self, step: Step, width: int, room: int) -> list[Text]:
        """What happened, and below it what happened around it as far as there is room."""
        details = _fitted(self._details(step, width), room)
        left_over = room - len(details) - 1
        return [*details, Text(), *self._around(step, left_over)] if left_over >= 3 else details

    def _details(self, step: Step, width: int) -> list[Text]:
        when = Text(f"{self._words.when(step)}  {plain(self._words.who(step))}", style="cyan")
        told = self._words.what(step)
        lines = [line for part in told.split("\n") for line in _wrapped(self._console, part, width)]
        if not step.changes:
            lines.append(Text(f"  {self._session.say('replay-nothing')}", style="dim"))
        return [*_wrapped(self._console, when, width), *lines]

    def _around(self, step: Step, room: int) -> list[Text]:
        shown = min(room, 2 * LISTED + 1, len(self._steps))
        first = min(max(0, step.number - 1 - shown // 2), len(self._steps) - shown)
        listed = self._steps[first : first + shown]
        times = {each.number: self._words.when(each) for each in listed}
        widest = max(map(cell_len, times.values()), default=0)
        return [
            Text.assemble(
                f"{'▶' if each is step else ' '} {each.number:>3}  ",
                _cut(Text(times[each.number]), widest),
                f"  {self._words.type(each)}",
                style="bold" if each is step else "dim",
            )
            for each in listed
        ]

    def _state(self, step: Step, width: int, room: int) -> list[Text]:
        """The fields after the event; where they are too many, those around what it changed."""
        held = list(self._words.state(step))
        if room < 2:
            return []
        names = min(max((cell_len(each.name) for each in held), default=0), NAMES, width // 2)
        rows = [_row(each, names) for each in held]
        shown = room - 1
        if len(rows) > shown:
            changed = [place for place, each in enumerate(held) if each.changed]
            first = min(max(0, (changed or [0])[0] - 1), len(rows) - shown)
            rows = rows[first : first + shown]
        title = Text(self._session.say("replay-state"), style="bold underline")
        return [_cut(title, width, pad=False), *(_cut(row, width, pad=False) for row in rows)]

    def _foot(self, walk: Walk, width: int) -> Text:
        say = self._session.say
        if walk.said is not None:
            return Text(_one_line(walk.said), style="yellow")
        if walk.typed is not None:
            return Text(say("replay-ask", typed=f"{_one_line(walk.typed)}▏"), style="bold")
        if walk.playing:
            return Text(say("replay-playing", speed=self._session.formats.number(walk.speed)), style="green")
        keys = say("replay-keys")
        return Text(keys if cell_len(keys) <= width else say("replay-keys-short"), style="dim")


def _one_line(text: str) -> str:
    return " ".join(plain(text).split("\n"))


def _row(held: Held, names: int) -> Text:
    style = "bold green" if held.changed and not held.gone else "strike dim" if held.gone else ""
    name = _cut(Text(held.name), names)
    return Text.assemble(
        "▸ " if held.changed else "  ", (name.plain, "dim"), "  ", (held.value.replace("\n", " "), style)
    )


def _cut(line: Text, width: int, *, pad: bool = True) -> Text:
    """The line, exactly so wide in cells; a character that is two cells wide is never cut in half."""
    cut = line.copy()
    cut.truncate(width, overflow="ellipsis", pad=pad)
    return cut


def _fitted(lines: list[Text], room: int) -> list[Text]:
    return lines if len(lines) <= room else [*lines[: max(0, room - 1)], Text("…", style="dim")][:room]


def _wrapped(console: Console, line: Text, width: int) -> list[Text]:
    """The line in as many as it needs; what follows its first is indented as it is."""
    indent = len(line.plain) - len(line.plain.lstrip())
    body = line[indent:]
    return [
        Text.assemble(" " * indent, each)
        for each in body.wrap(console, max(8, width - indent), overflow="fold")
    ]
