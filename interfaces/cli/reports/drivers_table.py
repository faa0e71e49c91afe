"""How the win rate goes with each factor, as tables."""

from typing import TYPE_CHECKING

from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.group_names import grouping, value
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.causes.causes_answer import CausesGroup, Driver, TogetherEffect

LEAST = 0.001
"""No smaller chance is told."""


def drivers_table(
    session: Session, group: "CausesGroup", title: str | None, *, most: int | None
) -> list[Grid | str]:
    """The win rate with and without each factor; those under the floor are refused, and not in it.

    Beyond the first `most` only differences are told.
    """
    told = [each for each in group.drivers if not each.too_few]
    shown = [each for place, each in enumerate(told) if most is None or place < most or each.is_difference]
    if not shown:
        return []
    rows = [_row(session, each) for each in shown]
    columns = [
        Column(session.say("factor")),
        *(
            Column(session.say(each), right=True, under=each == "interval")
            for each in ("rate-with", "rate-without", "rate-difference", "interval", "by-chance")
        ),
        Column(session.say("verdict")),
    ]
    heading = session.say("drivers")
    grid = table(columns, rows, title=heading if title is None else f"{heading} – {title}")
    more = len(told) - len(shown)
    return [grid, session.say("drivers-more", more=session.formats.number(more))] if more else [grid]


def _row(session: Session, each: "Driver") -> tuple[str, ...]:
    formats = session.formats
    return (
        factor_name(session, each),
        *(
            f"{formats.share(side.rate)} ({formats.number(side.n)})"
            for side in (each.with_it, each.without_it)
        ),
        _points(session, each.difference),
        f"{_points(session, each.low)} … {_points(session, each.high)}",
        _chance(session, each.chance),
        session.say("is-difference" if each.is_difference else "no-difference"),
    )


def together_table(session: Session, group: "CausesGroup", title: str | None) -> list[Grid | str]:
    """The factors that were asked for at a time, or why there is nothing to tell of them."""
    found = group.together
    if found is None:
        return []
    number = session.formats.number
    facts = {"n": number(found.n), "won": number(found.won), "lost": number(found.lost)}
    told = session.say("together", **facts)
    if title is not None:
        told = f"{told} – {title}"
    if found.refused is not None:
        return [told, session.say(f"together-{found.refused}", needed=number(found.needed))]
    rows = [
        (
            factor_name(session, each),
            f"{each.odds_ratio:.2f}",
            f"{each.low:.2f} … {each.high:.2f}",
            _chance(session, each.chance),
            session.say("is-difference" if each.is_difference else "no-difference"),
        )
        for each in found.effects
    ]
    columns = [
        Column(session.say("factor")),
        *(Column(session.say(each), right=True) for each in ("odds-ratio", "interval", "by-chance")),
        Column(session.say("verdict")),
    ]
    return [table(columns, rows, title=told), session.say("how-to-read-together")]


def factor_name(session: Session, each: "Driver | TogetherEffect") -> str:
    """What a factor is called: a label with its value, or what the events show."""
    if each.value is not None:
        return session.say(
            "is", what=grouping(session, each.factor), value=value(session, each.factor, each.value)
        )
    told = session.say(f"factor-{each.factor}")
    if each.over is None:
        return told
    return session.say("factor-over", factor=told, days=session.formats.number(each.over))


def _chance(session: Session, chance: float | None) -> str:
    """A chance in percent; one that would be shown as none is said to be less than the least."""
    if chance is not None and chance < LEAST:
        return f"< {session.formats.share(LEAST)}"
    return session.formats.share(chance)


def _points(session: Session, difference: float | None) -> str:
    """A difference of shares in percentage points, with its sign."""
    if difference is None:
        return "–"
    told = session.formats.share(abs(difference)).removesuffix("%")
    return f"{'−' if difference < 0 else '+'}{told}"
