"""How often and how far the expected close of deals was moved to a later day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from projections.asking.asked import Asked
from projections.asking.periods import Moment
from projections.states.as_of import States, known


@dataclass(frozen=True, slots=True)
class Push:
    """A move of the expected close to a later day, by the event of that version."""

    version: int
    at: Moment
    before: date
    after: date

    @property
    def days(self) -> int:
        """How many days later."""
        return (self.after - self.before).days

    @property
    def months(self) -> int:
        """How many ends of months lie between the two days."""
        return 12 * (self.after.year - self.before.year) + self.after.month - self.before.month

    @property
    def quarters(self) -> int:
        """How many ends of quarters lie between the two days."""
        return 4 * (self.after.year - self.before.year) + _quarter(self.after) - _quarter(self.before)


def pushes_on(connection: Connection, states: States, asked: Asked) -> Mapping[bytes, Sequence[Push]]:
    """The pushes of every deal up to the instant, as known at the other, in reading order.

    `before` is the day that was expected when the push happened, whatever its event was told then.
    """
    table = states.states
    columns = ("deal", "version", "valid_from", "precision", "before_expected_close", "expected_close")
    pushed = (
        select(*(table.c[name] for name in columns))
        .where(
            table.c.type == "DealExpectedCloseMoved",
            # Days as ISO texts stand in the order of the calendar; an unset one is neither earlier nor later.
            table.c.expected_close > table.c.before_expected_close,
            table.c.valid_from <= asked.as_of_micros,
            *known(table, asked),
        )
        .order_by(table.c.deal, table.c.valid_from, table.c.version)
    )
    pushes: dict[bytes, list[Push]] = defaultdict(list)
    for row in connection.execute(pushed):
        before, after = map(date.fromisoformat, (row.before_expected_close, row.expected_close))
        moment = Moment(row.valid_from, row.precision)
        pushes[row.deal].append(Push(row.version, moment, before, after))
    return pushes


def _quarter(day: date) -> int:
    return (day.month + 2) // 3
