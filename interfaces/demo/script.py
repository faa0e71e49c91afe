"""What is played: orders with the instant they tell of and the instant they are given at."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.deal.deciding import DealCommand
from domain.event import Precision
from domain.values import Money
from interfaces.demo.cast import SalesTeam

TODAY = datetime(2026, 6, 30, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The demo's "today": nothing in it is later."""
FIRST_DAY = datetime(2025, 1, 6, tzinfo=UTC)
SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class Order:
    """An order to one deal: what it is about, when that happened, when it was told, and by whom."""

    told_at: datetime
    nth: int
    key: str
    command: DealCommand
    by: str
    at: datetime
    precision: Precision = "instant"


@dataclass
class Script:
    """Every order of the demo, in the order of writing; `nth` keeps orders of one instant in it."""

    orders: list[Order] = field(default_factory=list)

    def tell(
        self,
        key: str,
        command: DealCommand,
        by: str,
        at: datetime,
        *,
        told_at: datetime | None = None,
        precision: Precision = "instant",
    ) -> None:
        """Add an order, unless it would be told after the demo's today."""
        told = told_at or at
        if told <= TODAY:
            # What is left open is not said to be nothing: the log would show it.
            said = type(command).model_validate(command.model_dump(exclude_none=True))
            self.orders.append(Order(told, len(self.orders), key, said, by, at, precision))


def money(amount: int, team: SalesTeam) -> Money:
    """So much in the team's currency."""
    return Money.model_validate({"amount": f"{amount}.00", "currency": team.currency})


def working_time(random: Random, team: SalesTeam, day: datetime) -> datetime:
    """A minute of the working day that `day` falls on or is followed by, in the team's zone."""
    local = day.astimezone(ZoneInfo(team.zone))
    local += timedelta(days=max(0, local.weekday() - 4) and 7 - local.weekday())
    return local.replace(hour=random.randint(9, 17), minute=random.randint(0, 59), second=0, microsecond=0)
