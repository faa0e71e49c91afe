"""A deal of the demo on its way: what is drawn at random for it, and what it has come to so far."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from domain.deal.deciding import DealCommand
from domain.values import Money
from interfaces.demo.buyers import Buyer, buyers_of
from interfaces.demo.cast import Product, SalesTeam
from interfaces.demo.phrases import PHRASES
from interfaces.demo.script import FIRST_DAY, TODAY, Script, money, working_time

BREATH = timedelta(minutes=5)
"""Between two things that happen on one day."""


@dataclass
class Course:
    """A deal under way. Everything that is said happens after what was said before.

    One that `is_forgotten` is not lost, but nobody thinks of it any more.
    `champion` is the buyer who wants it, if there is one; `silent`, `left` and `rivals` are what makes a
    loss more likely. `price` is that of our last offer, and in the end what the deal was won for.
    """

    script: Script
    number: int
    team: SalesTeam
    random: Random = field(init=False)
    owner: str = field(init=False)
    product: Product = field(init=False)
    account: tuple[str, str] = field(init=False)
    amount: int = field(init=False)
    day: datetime = field(init=False)
    expected: date = field(init=False)
    met: list[Buyer] = field(default_factory=list)
    champion: Buyer | None = None
    is_forgotten: bool = field(init=False)
    left: bool = False
    silent: bool = False
    rivals: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    price: Money | None = None
    objections: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Draw who sells what to whom, when, and for how much."""
        self.random = random = Random(f"dealtrail demo {self.number}")
        self.owner = random.choice(self.team.people)
        self.product = random.choice(self.team.products)
        self.account = random.choice(self.team.accounts)
        self.amount = int(round(self.product.price * random.triangular(0.6, 2.4, 1.0), -2))
        span = (TODAY - FIRST_DAY).days - 4
        # The first deal is opened on the first day; more are opened as the business grows.
        grown = random.random() ** 0.42 if self.number > 1 else 0.0
        self.day = FIRST_DAY + timedelta(days=int(span * grown))
        self.expected = (self.day + timedelta(days=random.randint(45, 110))).date()
        # Drawn apart, so that nothing else in the deal depends on it.
        self.is_forgotten = Random(f"dealtrail demo, forgotten {self.number}").random() < 0.1

    @property
    def key(self) -> str:
        """The deal's key in the demo."""
        return f"D-{self.number:03d}"

    @property
    def buyers(self) -> tuple[Buyer, ...]:
        """Everybody there is at the customer's."""
        return buyers_of(self.team, self.account[0])

    @property
    def worth(self) -> Money:
        """What the deal is worth now."""
        return self.money(self.amount)

    def say(
        self, command: DealCommand, *, late_days: int = 0, by: str | None = None, now: bool = False
    ) -> None:
        """Something happens next, or right now; it is told at once, or some days late."""
        at = self.day if now else max(working_time(self.random, self.team, self.day), self.day)
        self.day = at + BREATH
        self.script.tell(self.key, command, by or self.owner, at, told_at=at + timedelta(days=late_days))

    def passes(self, mean: float) -> None:
        """Some days go by, `mean` on average."""
        self.day += timedelta(days=max(0.5, self.random.gammavariate(4.0, mean / 4)))

    def chance(self, share: float) -> bool:
        """Whether something happens that happens so often."""
        return self.random.random() < share

    def phrase(self, topic: str) -> str:
        """A sentence of the team's language."""
        return self.random.choice(PHRASES[self.team.language][topic])

    def next(self, kind: str) -> str:
        """The id of the next offer (`o-1`), touchpoint, task and so on of this deal."""
        self.counted[kind] = self.counted.get(kind, 0) + 1
        return f"{kind}-{self.counted[kind]}"

    def in_days(self, days: float) -> date:
        """A day from here on, for deadlines."""
        return (self.day + timedelta(days=days)).date()

    def money(self, amount: float) -> Money:
        """So much in the team's currency, to the hundred."""
        return money(int(round(amount, -2)), self.team)
