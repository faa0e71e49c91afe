"""The shape of the scorecard, as scripts read it."""

from uuid import UUID

from pydantic import Field

from projections.asking.amounts import Amount
from projections.asking.cycle import Spread
from projections.asking.report_answer import ReportAnswer, Shape


class Appointments(Shape):
    """Appointments by what happened in the period: made, held, missed."""

    made: int
    held: int
    missed: int


class Conversion(Shape):
    """`reached` of `n`. With `too_few` the rate is over fewer than the floor: it is to be ranked nowhere."""

    n: int
    reached: int
    rate: float | None
    too_few: bool


class Conversions(Shape):
    """How leads and deals went on, up to the instant of the answer.

    `mql_to_sql`, `sql_to_opportunity`: of the leads accepted at the first level in the period, those that are
    accepted at the next one. `ae`, `bdr`: of the deals given to a person in that duty in the period, those that
    are won. `signing`: contracts signed in the period ÷ leads accepted as SQL in it.
    """

    mql_to_sql: Conversion
    sql_to_opportunity: Conversion
    ae: Conversion
    bdr: Conversion
    signing: Conversion


class Again(Shape):
    """Won deals that follow another one (`follows`, other than a referral), and their accounts."""

    deals: int
    accounts: int


class Referrer(Shape):
    """By whom won deals were referred: the account of the deal that they follow, else its title or name."""

    referrer: str
    deals: int


class Figures(Shape):
    """What happened in the period, each by its own date.

    `touchpoints` are those that were held, by kind in `kinds`. `response_hours` is from a lead's acceptance in
    the period, at any level, to the next touchpoint held in the deal; `waiting` are those without one by the instant.
    `won_amounts` are those of the closing events.
    """

    touchpoints: int
    kinds: dict[str, int]
    appointments: Appointments
    response_hours: Spread
    waiting: int
    leads: dict[str, int]
    conversions: Conversions
    contracts: int
    won: int
    won_amounts: tuple[Amount, ...]
    again: Again
    referred: tuple[Referrer, ...]


class ScorecardDeal(Figures):
    """What one of the deals behind a group adds to its figures."""

    deal: UUID
    title: str
    owner: str | None
    outcome: str


class ScorecardGroup(Figures):
    """The figures of one group in one period; `by` names both."""

    by: dict[str, str | None]
    behind: tuple[ScorecardDeal, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class ScorecardAnswer(ReportAnswer):
    """Figures by group and period.

    `undated` are deals left out because their opening is undated, `undated_acts` what is in no period
    because nobody knows when it happened.
    """

    definition: str = "scorecard@1"
    per: str
    undated_acts: int
    groups: tuple[ScorecardGroup, ...]
