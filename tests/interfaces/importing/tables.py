"""Tables in text, imported into a store in memory whose clock stands still."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from domain.deal.story import Deal
from domain.event import Recorded
from engine.deals import Deals
from engine.ids import deal_id
from engine.settings import Settings
from interfaces.importing.report import ImportReport
from interfaces.importing.table.importing import import_csv
from interfaces.importing.table.mapping import TableMapping

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

WEEKLY = """
source = "crm"
currency = "EUR"
[deal]
key = "id"
title = "{name}"
owner = "owner"
amount = "amount"
opened_at = "created"
[stage]
column = "stage"
pipeline = "crm"
stages = ["Qualify", "Propose", "Negotiate"]
entered = { Qualify = "created" }
won = { value = "Won", at = "closed" }
lost = { value = "Lost", at = "closed" }
"""


def mapping(toml: str = WEEKLY) -> TableMapping:
    """The mapping in the text."""
    return TableMapping.model_validate(tomllib.loads(toml))


@dataclass(frozen=True)
class Desk:
    """A store, and a folder from which tables are imported into it."""

    deals: Deals
    folder: Path

    def write(self, text: str | bytes, name: str = "deals.csv") -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def take(
        self,
        text: str | bytes,
        toml: str = WEEKLY,
        *,
        exported: str | None = None,
        check: bool = False,
        currency: str | None = None,
    ) -> ImportReport:
        """Import the table, exported on that day."""
        return self.take_file(self.write(text), toml, exported=exported, check=check, currency=currency)

    def take_file(
        self,
        path: Path,
        toml: str = WEEKLY,
        *,
        exported: str | None = None,
        check: bool = False,
        currency: str | None = None,
    ) -> ImportReport:
        """The same with a file that is there."""
        day = datetime.combine(date.fromisoformat(exported), time.max, UTC) if exported else None
        return import_csv(
            path,
            self.deals,
            mapping(toml),
            check=check,
            currency=currency,
            exported_at=day,
            exported_precision="day" if exported else "instant",
        )

    def story(self, key: str, source: str = "crm") -> list[Recorded]:
        return self.deals.story(deal_id(source, key))

    def told(self, key: str) -> list[tuple[str, str]]:
        """The type and date (`?` where there is none) of each event of a deal."""
        return [
            (each.type, "?" if each.precision == "unknown" else each.occurred_at.date().isoformat())
            for each in self.story(key)
        ]

    def deal(self, key: str, as_of: str | None = None) -> Deal:
        day = datetime.combine(date.fromisoformat(as_of), time.max, UTC) if as_of else None
        return self.deals.deal(deal_id("crm", key), as_of=day)


@contextmanager
def desk(folder: Path) -> Iterator[Desk]:
    """An empty one."""
    with Deals(Settings(store="memory:"), clock=lambda: NOW) as deals:
        yield Desk(deals, folder)
