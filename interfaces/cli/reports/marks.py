"""Figures with a star where too few deals are behind them to rank by."""

from typing import TYPE_CHECKING

from interfaces.cli.formats import Formats

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.cycle import Spread


class Marks:
    """Writes the figures of one report, and remembers whether one of them has a star."""

    def __init__(self, formats: Formats, floor: int) -> None:
        self._formats = formats
        self._floor = floor
        self.any = False

    def share(self, share: float | None, *, few: bool) -> str:
        """A share in percent; a dash where there is none."""
        return self._starred(self._formats.share(share), share is not None and few)

    def median_share(self, spread: "Spread") -> str:
        """The median of shares."""
        return self.share(spread.median, few=spread.n < self._floor)

    def median(self, spread: "Spread") -> str:
        """The median of days, rounds or other plain numbers."""
        if spread.median is None:
            return "–"
        return self._starred(self._formats.number(spread.median), spread.n < self._floor)

    def _starred(self, text: str, few: bool) -> str:
        self.any = self.any or few
        return f"{text} *" if few else text
