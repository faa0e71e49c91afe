"""What does the pipeline look like at an instant: open deals by stage, weighted; all that was won and lost."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from engine.clock import to_micros
from engine.deals import Deals
from projections.asking.amounts import Amount, amounts
from projections.asking.asked import Asked, Filters
from projections.asking.cycle import spread
from projections.asking.periods import DAY, Moment, duration
from projections.running.views import Views
from projections.states.as_of import fits, states_on
from projections.states.deal_states import DEALS
from projections.states.definitions import Definitions, definitions_on
from projections.states.pipeline_answer import Ages, Closed, Open, PipelineAnswer, StageFigures

COUNTED = ("open", "won", "lost")
"""A merged or discarded deal counts nowhere."""

COLUMNS = (
    "outcome",
    "pipeline",
    "revision",
    "stage",
    "amount",
    "currency",
    "forecast",
    "forecast_amount",
    "forecast_currency",
)


@dataclass(slots=True)
class Sum:
    """Some deals added up; amounts in 1/10,000 by currency."""

    deals: int = 0
    amounts: Counter[str] = field(default_factory=Counter)

    def add(self, amount: int | None, currency: str) -> None:
        """One more deal."""
        self.deals += 1
        if amount is not None:
            self.amounts[currency] += amount


@dataclass(slots=True)
class OpenSum(Sum):
    """The open deals of one stage, those apart that weigh by the probability of their stage."""

    forecast: Counter[str] = field(default_factory=Counter)
    by_stage: dict[int, Sum] = field(default_factory=lambda: defaultdict(Sum))
    """By the deals' own revision of the pipeline."""
    revision: int = 0
    """The latest that one of them lives in."""
    without: int = 0
    """Those that have neither an amount nor a forecast amount."""


Stages = Mapping[tuple[str, str | None], OpenSum]


def pipeline(views: Views, deals: Deals, asked: Asked, filters: Filters | None = None) -> PipelineAnswer:
    """The pipeline at that instant (None: now), by the definitions of metrics.md."""
    filters = filters or Filters()
    with views.engine.connect() as connection:
        states = states_on(views, connection)
        table = states.states
        statement = states.standing(asked, table.c.outcome.in_(COUNTED), *fits(table, filters))
        columns = (*(table.c[name] for name in COLUMNS), *states.opening(asked))
        rows = connection.execute(statement.with_only_columns(*columns)).all()
        undated = connection.scalar(states.undated(asked, filters)) or 0
        position = views.position_on(connection, DEALS)
        definitions = definitions_on(views, connection, asked)
    as_of = asked.as_of or deals.clock()
    stages, closed, opened = _added_up(rows)
    weighed = {key: _weighed(definitions, *key, stages[key]) for key in _in_order(definitions, stages)}
    return PipelineAnswer(
        as_of=as_of,
        known_at=asked.known_at,
        position=position,
        stages=tuple(
            StageFigures(
                pipeline=name,
                stage=stage,
                deals=stages[name, stage].deals,
                amounts=amounts(stages[name, stage].amounts),
                weighted=_rounded([weights]),
            )
            for (name, stage), (weights, _) in weighed.items()
        ),
        open=Open(
            deals=len(opened),
            amounts=amounts(_total(each.amounts for each in stages.values())),
            weighted=_rounded(weights for weights, _ in weighed.values()),
            age_days=_ages(opened, to_micros(as_of), deals.zone),
        ),
        won=Closed(deals=closed["won"].deals, amounts=amounts(closed["won"].amounts)),
        lost=Closed(deals=closed["lost"].deals, amounts=amounts(closed["lost"].amounts)),
        undated=undated,
        unweighted=sum(unweighted for _, unweighted in weighed.values()),
    )


def _added_up(rows: Iterable[Row[Any]]) -> tuple[Stages, Mapping[str, Sum], list[Moment]]:
    """The open deals by stage, the closed ones by outcome, and when the open ones were opened."""
    stages: dict[tuple[str, str | None], OpenSum] = defaultdict(OpenSum)
    closed: dict[str, Sum] = {"won": Sum(), "lost": Sum()}
    opened: list[Moment] = []
    for outcome, name, revision, stage, amount, currency, forecast, expected, expected_in, at, exact in rows:
        if outcome != "open":
            closed[outcome].add(amount, currency)
            continue
        opened.append(Moment(at, exact))
        group = stages[name, stage]
        group.add(amount, currency)
        group.revision = max(group.revision, revision)
        if forecast == "omitted":
            continue  # weighs nothing
        if expected is not None:
            group.forecast[expected_in] += expected
        elif amount is not None:
            group.by_stage[revision].add(amount, currency)
        else:
            group.without += 1
    return stages, closed, opened


def _total(sums: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in sums:
        total.update(each)
    return total


def _in_order(definitions: Definitions, stages: Stages) -> list[tuple[str, str | None]]:
    """By pipeline, then in the order of its definition; what is not defined comes last."""

    def place(key: tuple[str, str | None]) -> tuple[str, bool, int, str]:
        name, stage = key
        defined = definitions.stage(name, stages[key].revision, stage)
        return name, defined is None, 0 if defined is None else defined.place, stage or ""

    return sorted(stages, key=place)


def _weighed(
    definitions: Definitions, name: str, stage: str | None, group: OpenSum
) -> tuple[Mapping[str, Decimal], int]:
    """What the deals of a stage weigh per currency, and how many of them have no weight."""
    weights = {currency: Decimal(units) for currency, units in group.forecast.items()}
    unweighted, weighs = group.without, definitions.weighs(name)
    for revision, those in group.by_stage.items():
        defined = definitions.stage(name, revision, stage)
        if defined is None or defined.probability is None:
            unweighted += those.deals if weighs else 0
            continue
        for currency, units in those.amounts.items():
            weights[currency] = weights.get(currency, Decimal(0)) + units * defined.probability
    return weights, unweighted


def _rounded(weights: Iterable[Mapping[str, Decimal]]) -> tuple[Amount, ...]:
    """Sums of exact weights, each rounded once, half to even, to 1/10,000."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in weights:
        for currency, units in each.items():
            sums[currency] += units
    return amounts({name: int(units.to_integral_value(ROUND_HALF_EVEN)) for name, units in sums.items()})


def _ages(opened: Iterable[Moment], as_of: int, zone: ZoneInfo) -> Ages:
    now = Moment(as_of, "instant")
    ages = [duration(each, now, zone) for each in opened]
    # A deal may be opened up to five minutes ahead of the clock.
    dated = [max(age, 0) for age in ages if age is not None]
    middle = spread(dated)
    oldest = round(max(dated) / DAY, 6) if dated else None
    return Ages(median=middle.median, mean=middle.mean, max=oldest)
