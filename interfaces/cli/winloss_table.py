"""The win/loss figures as tables, with what must be known to read them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from interfaces.cli.formats import Formats
from interfaces.cli.naming import Names
from interfaces.cli.output import Column, show, table
from interfaces.cli.session import Session
from interfaces.cli.sums import cells, columns, currencies

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.winloss_answer import DealBehind, WinLossAnswer, WinLossGroup

LISTS = {"lead-source": "lead_source", "reason": "reason", "kind": "loss_kind", "closed-by": "teller"}
"""Groupings whose values are codes of a list."""


def show_winloss(session: Session, answer: "WinLossAnswer", asked: str) -> None:
    """Print the figures of each group, the deals behind them if they were asked for, and the notes."""
    show(session.say("definition", definition=answer.definition) + " " + asked)
    if not answer.groups or not any(each.deals for each in answer.groups):
        show(session.say("no-deals"))
        return
    show(_figures(session, answer))
    for note in _notes(session, answer):
        show(note)
    for group in answer.groups:
        if group.behind:
            show(_behind(session, group, group.behind))


def _figures(session: Session, answer: "WinLossAnswer") -> Table:
    formats, groups = session.formats, answer.groups
    won = currencies(each.won_amounts for each in groups)
    lost = currencies(each.lost_amounts for each in groups)
    rated = sorted({rate.currency for each in groups for rate in each.win_rate_value})
    dimensions = list(groups[0].by)
    names = Names(session.deals, formats)
    titles = [
        *(Column(grouping(session, each)) for each in dimensions),
        *(Column(session.say(each), right=True) for each in ("deals", "won", "lost")),
        *([Column(session.say("disqualified"), right=True)] if answer.decided else []),
        *(Column(session.say(each), right=True) for each in ("open", "win-rate")),
        *columns(session.say("win-rate-value"), rated),
        *columns(session.say("won-amount"), won),
        *columns(session.say("lost-amount"), lost),
        *(Column(session.say(each), right=True) for each in ("days-won", "days-lost")),
    ]
    rows = [
        [
            *(value(session, names, each, group.by[each]) for each in dimensions),
            *(formats.number(each) for each in (group.deals, group.won, group.lost)),
            *([formats.number(group.disqualified)] if answer.decided else []),
            formats.number(group.open),
            formats.share(group.win_rate_count) + (" *" if group.too_few else ""),
            *_rates(formats, group, rated),
            *cells(formats, group.won_amounts, won),
            *cells(formats, group.lost_amounts, lost),
            _days(formats, group.cycle_days.won.median),
            _days(formats, group.cycle_days.lost.median),
        ]
        for group in groups
    ]
    return table(titles, rows)


def _notes(session: Session, answer: "WinLossAnswer") -> list[str]:
    notes = []
    if any(group.too_few for group in answer.groups):
        notes.append(session.say("too-few", floor=answer.floor))
    if answer.overlapping:
        notes.append(session.say("overlapping"))
    if answer.undated:
        sentence = "left-out-unclosed" if answer.from_ or answer.to else "left-out-undated"
        notes.append(session.say(sentence, deals=answer.undated))
    if answer.base is not None:
        rates = [f"{each.from_} → {each.to} {each.rate} ({each.date})" for each in answer.base.rates]
        day = session.formats.day(answer.base.day)
        told = session.formats.listed(rates) or session.say("none")
        notes.append(session.say("in-base", currency=answer.base.currency, day=day, rates=told))
    notes.append(session.say("medians"))
    return notes


def _behind(session: Session, group: "WinLossGroup", behind: "Sequence[DealBehind]") -> Table:
    formats, names = session.formats, Names(session.deals, session.formats)
    told = [f"{grouping(session, each)}: {value(session, names, each, group.by[each])}" for each in group.by]
    titles = [
        Column(session.say("deal"), whole=True),
        *(Column(session.say(each)) for each in ("title", "owner", "outcome", "kind")),
        *(Column(session.say(each), right=True) for each in ("closed", "amount")),
    ]
    rows = [
        (
            str(each.deal),
            each.title,
            each.owner or "–",
            formats.label("outcome", each.outcome),
            "–" if each.kind is None else formats.label("loss_kind", each.kind),
            "–" if each.closed_at is None else formats.day(each.closed_at.astimezone(session.zone).date()),
            "–" if each.amount is None else formats.money(each.amount.model_dump()),
        )
        for each in behind
    ]
    return table(titles, rows, title=formats.listed(told) or None)


def grouping(session: Session, name: str) -> str:
    """What a grouping is called: `segment.region` is the label's own name."""
    return name.removeprefix("segment.") if name.startswith("segment.") else session.say(f"by-{name}")


def value(session: Session, names: Names, name: str, value: str | None) -> str:
    """What a group is called."""
    if value is None:
        return session.say("without")
    if name == "pipeline":
        return names.pipeline(value)
    if name == "stage-at-close":
        return names.stage("standard", value)
    return session.formats.label(LISTS[name], value) if name in LISTS else value


def _rates(formats: Formats, group: "WinLossGroup", names: Sequence[str]) -> list[str]:
    of = {each.currency: each.rate for each in group.win_rate_value}
    return [formats.share(of[name]) if name in of else "" for name in names]


def _days(formats: Formats, days: float | None) -> str:
    return "–" if days is None else formats.number(days)
