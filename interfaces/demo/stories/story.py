"""How a told story is written: a deal whose every event was written by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.deal.deciding import DealCommand
from domain.deal.life import ChangeStage, MoveExpectedClose, OpenDeal
from domain.deal.negotiation import MakeOffer
from domain.deal.outlook import SetNextStep
from domain.deal.people import AddContact, AssessContact
from domain.deal.touchpoints import LogTouchpoint
from domain.values import External, Terms
from interfaces.demo.buyers import Buyer, buyers_of
from interfaces.demo.cast import SalesTeam
from interfaces.demo.script import SOURCE, Script, money


class Story:
    """One deal with one account. A day is written `2026-03-02T09:30`, in the team's zone."""

    def __init__(self, script: Script, key: str, team: SalesTeam, owner: str, account: int) -> None:
        self.script, self.key, self.team, self.owner = script, key, team, owner
        self.account = team.accounts[account]
        self.spoken = 0

    @property
    def buyers(self) -> tuple[Buyer, ...]:
        """The people of the account: who works with it, who pays, who tests, who buys."""
        return buyers_of(self.team, self.account[0])

    def on(self, day: str, command: DealCommand, *, told: str | None = None, by: str | None = None) -> None:
        """It happened on `day`, and was told on `told`."""
        at = self.instant(day)
        told_at = self.instant(told) if told else at
        self.script.tell(self.key, command, by or self.owner, at, told_at=told_at)

    def opened(self, day: str, product: int, amount: int, expected: date, source: str = "trade-show") -> None:
        """The deal comes to be."""
        key, name = self.account
        sold = self.team.products[product].name
        opening = OpenDeal(
            title=f"{name} · {sold}",
            account=key,
            account_name=name,
            owner=self.owner,
            amount=money(amount, self.team),
            expected_close=expected,
            lead_source=source,
            segment={"team": self.team.name, "region": self.team.region, "product": sold},
            external=External(source=SOURCE, key=self.key),
        )
        self.on(day, opening)

    def moved(self, day: str, stage: str, *evidence: int) -> None:
        """It is in another stage."""
        self.on(
            day, ChangeStage(to_stage=stage, evidence=evidence) if evidence else ChangeStage(to_stage=stage)
        )

    def met(self, day: str, place: int, roles: Sequence[str], stance: str, influence: int = 3) -> None:
        """Somebody becomes known, and how they stand."""
        buyer = self.buyers[place]
        self.on(
            day, AddContact(contact=buyer.id, name=buyer.name, title=buyer.title, account=self.account[0])
        )
        self.seen(day, place, roles, stance, influence)

    def seen(self, day: str, place: int, roles: Sequence[str], stance: str, influence: int = 3) -> None:
        """How somebody who is known stands."""
        facts = {"contact": self.buyers[place].id, "roles": roles, "stance": stance, "influence": influence}
        self.on(day, AssessContact.model_validate(facts))

    def talked(
        self,
        day: str,
        kind: str,
        summary: str,
        *places: int,
        inbound: bool = False,
        minutes: int = 30,
        name: str | None = None,
    ) -> None:
        """A talk with those people of the account; `name` is the appointment that it was."""
        self.spoken += 1
        self.on(
            day,
            LogTouchpoint(
                touchpoint=name or f"t-{self.spoken}",
                kind=kind,
                direction="in" if inbound else "out",
                contacts=tuple(self.buyers[place].id for place in places) or None,
                hosts=(self.owner,),
                minutes=minutes,
                summary=summary,
            ),
        )

    def offered(
        self,
        day: str,
        name: str,
        price: int,
        listed: int | None = None,
        *,
        side: str = "seller",
        to: str | None = None,
        until: date | None = None,
        **terms: str,
    ) -> None:
        """An offer of ours, or the buyer's; `to` names the one that it replies to."""
        facts: dict[str, object] = {"offer": name, "side": side, "price": money(price, self.team)}
        if listed is not None:
            facts["list_price"] = money(listed, self.team)
        if to is not None:
            facts["in_reply_to"] = to
        if until is not None:
            facts["valid_until"] = until
        if terms:
            facts["terms"] = Terms.model_validate(terms)
        self.on(day, MakeOffer.model_validate(facts))

    def next(self, day: str, text: str, due: date) -> None:
        """What happens next, and by when."""
        self.on(day, SetNextStep(text=text, due=due))

    def pushed(self, day: str, expected: date, reason: str) -> None:
        """It will close on another day."""
        self.on(day, MoveExpectedClose(expected_close=expected, reason=reason))

    def instant(self, day: str) -> datetime:
        """The instant of a day as it is written here."""
        return datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(self.team.zone))
