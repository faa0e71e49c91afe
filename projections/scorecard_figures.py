"""A tally of what counts, and the figures that it makes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from projections.amounts import amounts, totals
from projections.cycle import spread
from projections.periods import DAY
from projections.report_answer import FLOOR
from projections.scorecard_answer import Again, Appointments, Conversion, Conversions, Referrer

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

    def update(self, other: "Tally") -> None:
        """Add another tally."""
        self.counts.update(other.counts)
        self.responses.extend(other.responses)
        self.worths.extend(other.worths)
        self.again.update(other.again)
        self.referrers.update(other.referrers)

    def of(self, figure: str) -> dict[str, int]:
        """The counts of a figure by detail, the most frequent first."""
        found = [(detail or "", number) for (name, detail), number in self.counts.items() if name == figure]
        return dict(sorted(found, key=lambda each: (-each[1], each[0])))


def figures(tally: Tally) -> dict[str, Any]:
    """The fields of `Figures`."""
    counts, kinds, accepted = tally.counts, tally.of("touchpoint"), tally.of("accepted")
    converted, assigned, won = (tally.of(name) for name in ("converted", "assigned", "assigned-won"))
    sql, contracts = accepted.get("sql", 0), counts["contract", None]
    return {
        "touchpoints": sum(kinds.values()),
        "kinds": kinds,
        "appointments": Appointments(**{name: counts[name, None] for name in ("made", "held", "missed")}),
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


def _conversion(n: int, reached: int) -> Conversion:
    rate = round(reached / n, 6) if n else None
    return Conversion(n=n, reached=reached, rate=rate, too_few=n < FLOOR)
