"""The shape of the answer about causes, as scripts read it."""

from collections.abc import Mapping

from pydantic import Field

from projections.asking.report_answer import DealBehind, ReportAnswer, Shape


class Coverage(Shape):
    """Of how many closed deals a cause is declared, by the buyer, only `other`, or none; and their shares.

    What the events say is no declaration.
    """

    with_cause: int
    without_cause: int
    told_by_buyer: int
    only_other: int
    share_with_cause: float | None
    share_told_by_buyer: float | None
    share_only_other: float | None


class ReasonNamed(Shape):
    """In how many deals a teller names a reason."""

    reason: str
    deals: int
    won: int
    lost: int


class TellerSays(Shape):
    """What a teller says: `closing` is the closing itself, `events` what the events show of lost deals."""

    teller: str
    deals: int
    reasons: tuple[ReasonNamed, ...]


class Agreement(Shape):
    """Of the deals that two tellers both speak of, in how many they name a common reason."""

    tellers: tuple[str, str]
    n: int
    agree: int
    rate: float
    too_few: bool


class Side(Shape):
    """Closed deals that have a factor, or do not; under the floor there is no rate."""

    n: int
    won: int
    rate: float | None


class Driver(Shape):
    """The win rate with and without a factor, and the difference with its 95 % interval (Newcombe).

    `chance` is how often chance alone does as much, corrected for all factors of the answer (Holm); it is a
    difference if that is at most the stated 5 %. `over` is the length in days from which on it counts as long.
    `too_few`: fewer deals than the floor on one side, neither told nor ranked.
    """

    factor: str
    value: str | None
    over: float | None
    with_it: Side = Field(alias="with")
    without_it: Side = Field(alias="without")
    difference: float | None
    low: float | None
    high: float | None
    chance: float | None
    is_difference: bool
    too_few: bool


class TogetherEffect(Shape):
    """How the odds of winning change with a factor while the others stay (95 % interval)."""

    factor: str
    value: str | None
    over: float | None
    odds_ratio: float
    low: float
    high: float
    chance: float
    is_difference: bool


class Together(Shape):
    """Several factors at a time, by logistic regression.

    `refused` says why there is nothing to tell: `too-few` deals for so many factors (won or lost, of each
    `needed`), factors that say the `same`, or `separated` (a factor decides the outcome alone).
    """

    n: int
    won: int
    lost: int
    needed: int
    refused: str | None
    effects: tuple[TogetherEffect, ...]


class CausesGroup(Shape):
    """What is said of the closed deals of one group, and what drives their win rate. Correlation, not cause."""

    by: Mapping[str, str | None]
    deals: int
    won: int
    lost: int
    too_few: bool
    coverage: Coverage
    tellers: tuple[TellerSays, ...]
    agreements: tuple[Agreement, ...]
    drivers: tuple[Driver, ...]
    together: Together | None
    behind: tuple[DealBehind, ...] | None = Field(default=None, exclude_if=lambda behind: behind is None)


class CausesAnswer(ReportAnswer):
    """Causes by group; `from` and `to` bound the closings. `tested` factors are what `chance` is corrected for."""

    definition: str = "causes@1"
    stated: float
    tested: int
    groups: tuple[CausesGroup, ...]
