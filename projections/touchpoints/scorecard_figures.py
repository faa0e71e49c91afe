"""A tally of what counts, and the figures that it makes."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from projections.asking.amounts import amounts, totals
from projections.asking.cycle import spread
from projections.asking.periods import DAY
from projections.asking.report_answer import FLOOR
from projections.touchpoints.scorecard_answer import Again, Appointments, Conversion, Conversions, Referrer

HOUR = DAY // 24
LEVELS = ("mql", "sql", "opportunity")


@dataclass(slots=True)
class Tally:
    """Acts by figure and detail; times (µs) from acceptance to touchpoint; what wins were worth and whose."""

    counts: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    responses: list[int] = field(default_factory=list)
    worths: list[tuple[int | None, str | None]] = field(default_factory=list)
    again: Counter[str | None] = field(default_factory=Counter)
    referrers: Counter[str] = field(default_factory=Counter)

    def by_figure(self) -> dict[str, dict[str, int]]:
        """The counts of each figure that has details, by detail."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for (figure, detail), number in self.counts.items():
            if detail is not None:
                found[figure][detail] = number
        return found


def figures(tally: Tally) -> dict[str, Any]:
    """The fields of `Figures`."""
    counts, details = tally.counts, tally.by_figure()
    kinds, accepted = details["touchpoint"], details["accepted"]
    converted, assigned, won = details["converted"], details["assigned"], details["assigned-won"]
    sql, contracts = accepted.get("sql", 0), counts["contract", None]
    return {
        "touchpoints": sum(kinds.values()),
        "kinds": dict(sorted(kinds.items(), key=lambda each: (-each[1], each[0]))),
        "appointments": _appointments(*(counts[name, None] for name in ("made", "held", "missed"))),
        "response_hours": spread(tally.responses, HOUR),
        "waiting": counts["waiting", None],
        "leads": {level: accepted.get(level, 0) for level in LEVELS},
        "conversions": Conversions(
            mql_to_sql=_conversion(accepted.get("mql", 0), converted.get("mql", 0)),
            sql_to_opportunity=_conversion(sql, converted.get("sql", 0)),
            ae=_conversion(assigned.get("ae", 0), won.get("ae", 0)),
            bdr=_conversion(assigned.get("bdr", 0), won.get("bdr", 0)),
            signing=_conversion(sql, contracts),
        ),
        "contracts": contracts,
        "won": counts["won", None],
        "won_amounts": amounts(totals(tally.worths)),
        "again": Again(
            deals=sum(tally.again.values()), accounts=sum(account is not None for account in tally.again)
        ),
        "referred": tuple(
            Referrer(referrer=referrer, deals=number)
            for referrer, number in sorted(tally.referrers.items(), key=lambda each: (-each[1], each[0]))
        ),
    }


# Most groups have few of each, and so the same as many others: to make them takes longer than to count.


@lru_cache(maxsize=4096)
def _appointments(made: int, held: int, missed: int) -> Appointments:
    return Appointments(made=made, held=held, missed=missed)


@lru_cache(maxsize=4096)
def _conversion(n: int, reached: int) -> Conversion:
    rate = round(reached / n, 6) if n else None
    return Conversion(n=n, reached=reached, rate=rate, too_few=n < FLOOR)
