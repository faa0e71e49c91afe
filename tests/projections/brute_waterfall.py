"""The waterfall of past.md, walked event by event on plain dicts."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.projections.brute_force import State, Told, fits, plain, state_at, steps, stories

Window = tuple[date, date] | None
Buckets = dict[str, tuple[Decimal, set[int | str]]]


class Brute:
    """One waterfall: a currency, filters, a window; `group` narrows it to an owner (else None)."""

    def __init__(
        self, history: Sequence[Told], currency: str, asked: Mapping[str, Any], window: Window
    ) -> None:
        self.deals = {name: told for name, told in stories(history).items() if name != "standard"}
        self.currency, self.asked, self.window = currency, asked, window

    def inside(self, state: State | None) -> bool:
        if state is None or state["outcome"] != "open" or not fits(state, self.asked):
            return False
        return self.in_window(state) and self.in_currency(state)

    def in_window(self, state: State) -> bool:
        if self.window is None:
            return True
        day = state["expected_close"]
        return day is not None and self.window[0] <= date.fromisoformat(day) < self.window[1]

    def in_currency(self, state: State) -> bool:
        return state["money"] is None or state["money"][1] == self.currency

    def amount(self, state: State | None) -> Decimal:
        if state is None or not self.inside(state) or state["money"] is None:
            return Decimal(0)
        amount: Decimal = state["money"][0]
        return amount

    def total(self, as_of: datetime, known_at: datetime | None) -> Decimal:
        return sum((self.amount(state_at(told, as_of, known_at)) for told in self.deals.values()), Decimal(0))

    def gross(self, start: datetime, end: datetime, known_at: datetime | None) -> Buckets:
        found: Buckets = defaultdict(lambda: (Decimal(0), set()))
        for name, story in self.deals.items():
            for at, told, before, after in steps(story, known_at):
                if start < at <= end:
                    for bucket, amount in self._split(told, before, after):
                        was, deals = found[bucket]
                        found[bucket] = was + amount, deals | {name}
        return found

    def _split(self, told: Told, p: State | None, n: State) -> Iterator[tuple[str, Decimal]]:
        if told["precision"] == "unknown":
            if self.inside(p) != self.inside(n) or self.amount(p) != self.amount(n):
                yield "undated", self.amount(n) - self.amount(p)
            return
        m = p
        if p is not None and told["type"] in ("DealAmountRevised", "DealWon", "DealLost"):
            m = {**p, "money": n["money"]}
            if self.inside(p) and self.inside(m):
                if self.amount(m) > self.amount(p):
                    yield "increased", self.amount(m) - self.amount(p)
                if self.amount(m) < self.amount(p):
                    yield "decreased", self.amount(m) - self.amount(p)
            elif self.inside(p) and p["money"]:
                yield "converted-out", -self.amount(p)
            elif self.inside(m) and m["money"]:
                yield "converted-in", self.amount(m)
        if self.inside(m) == self.inside(n):
            assert self.amount(m) == self.amount(n)
            return
        yield self._reason(told["type"], m, n), self.amount(n) - self.amount(m)

    def _reason(self, kind: str, m: State | None, n: State) -> str:
        fixed = {
            "DealOpened": "new",
            "DealReopened": "reopened",
            "DealWon": "won",
            "DealLost": "lost",
            "DealMerged": "removed",
            "DealDiscarded": "removed",
        }
        if kind in fixed:
            return fixed[kind]
        came = self.inside(n)
        if kind == "DealExpectedCloseMoved":
            assert self.window is not None
            assert m is not None
            if came:
                day = m["expected_close"]
                return "slipped-in" if day and date.fromisoformat(day) < self.window[0] else "pulled-in"
            day = n["expected_close"]
            return "pulled-out" if day and date.fromisoformat(day) < self.window[0] else "pushed-out"
        assert kind in ("DealOwnerAssigned", "DealDetailsChanged", "DealPipelineChanged", "DealStageChanged")
        return "transferred-in" if came else "transferred-out"

    def net(self, start: datetime, end: datetime, known_at: datetime | None) -> Buckets:
        found: Buckets = defaultdict(lambda: (Decimal(0), set()))
        for name, story in self.deals.items():
            p, n = state_at(story, start, known_at), state_at(story, end, known_at)
            if n is None:
                continue
            bucket = self._one(p, n)
            if bucket is not None:
                was, deals = found[bucket]
                found[bucket] = was + self.amount(n) - self.amount(p), deals | {name}
        return found

    def _one(self, p: State | None, n: State) -> str | None:  # noqa: PLR0911
        if self.inside(p) and self.inside(n):
            if self.amount(p) == self.amount(n):
                return None
            return "increased" if self.amount(n) > self.amount(p) else "decreased"
        if self.inside(n):
            if p is None:
                return "undated" if n["opened_precision"] == "unknown" else "new"
            if p["outcome"] != "open":
                return "reopened"
            if not fits(p, self.asked):
                return "transferred-in"
            if not self.in_currency(p):
                return "converted-in" if n["money"] else None
            return self._reason("DealExpectedCloseMoved", p, n)
        if self.inside(p):
            assert p is not None
            if n["outcome"] != "open":
                return {"won": "won", "lost": "lost"}.get(n["outcome"], "removed")
            if not fits(n, self.asked):
                return "transferred-out"
            if not self.in_currency(n):
                return "converted-out" if p["money"] else None
            return self._reason("DealExpectedCloseMoved", p, n)
        return None


def written(buckets: Buckets) -> dict[str, tuple[str, int]]:
    """The buckets as the answer has them."""
    return {name: (plain(amount), len(deals)) for name, (amount, deals) in buckets.items()}
