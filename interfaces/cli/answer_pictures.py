"""What `--svg FILE` draws: the open amounts by stage, and the win rates by group."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.cli.asking import asked_when
from interfaces.cli.naming import Names
from interfaces.cli.pictures import Bar, draw_bars
from interfaces.cli.session import Session
from interfaces.cli.sums import all_sums
from interfaces.cli.winloss_table import value, win_rate

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.pipeline_answer import PipelineAnswer
    from projections.winloss_answer import WinLossAnswer


def draw_pipeline(path: Path, session: Session, answer: "PipelineAnswer") -> None:
    """A bar for each stage and currency; a bar is as long as its share of that currency's greatest stage."""
    names, formats = Names(session.deals, session.formats), session.formats
    sums, currencies = all_sums(formats, (each.amounts for each in answer.stages))
    greatest = {
        currency: max(
            Decimal(sum_.amount)
            for each in answer.stages
            for sum_ in each.amounts
            if sum_.currency == currency
        )
        for currency in currencies
    }
    bars = [
        Bar(
            f"{names.stage(each.pipeline, each.stage)} ({each.deals})",
            float(Decimal(sum_.amount) / (greatest[sum_.currency] or 1)),
            f"{sums.text(sum_.amount)} {sum_.currency}",
        )
        for each in answer.stages
        for sum_ in each.amounts
    ]
    draw_bars(path, session.say("pipeline"), asked_when(session, answer.as_of, answer.known_at), bars)


def draw_winloss(path: Path, session: Session, answer: "WinLossAnswer") -> None:
    """A bar for each group: its win rate by count, with the numbers behind it."""
    formats = session.formats
    bars = [
        Bar(
            formats.listed([value(session, name, what) for name, what in group.by.items()])
            or session.say("all-deals"),
            group.win_rate_count or 0,
            f"{win_rate(formats, group)} ({formats.number(group.won)} / {formats.number(group.won + group.lost)})",
        )
        for group in answer.groups
    ]
    draw_bars(path, session.say("win-rate"), asked_when(session, answer.as_of, answer.known_at), bars)
