"""Exports of other systems in tests: files written in a few words, imported into a store in memory."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any, TypedDict, Unpack

from domain.deal.story import Deal
from domain.event import Recorded
from engine.deals import Deals
from engine.ids import deal_id, pipeline_id
from engine.settings import Settings
from interfaces.importing.crm.importing import Importing
from interfaces.importing.hubspot.importing import import_hubspot
from interfaces.importing.pipedrive.importing import import_pipedrive
from interfaces.importing.report import ImportReport
from interfaces.importing.salesforce.importing import import_salesforce

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Asked(TypedDict, total=False):
    """What is said of any export."""

    currency: str | None
    source: str


class AskedOfFiles(Asked, total=False):
    """And of one whose dates may be written in any way."""

    dates: tuple[str, ...]


@dataclass
class CrmDesk:
    """A store, a clock that stands still until it is set, and a folder that is exported into."""

    deals: Deals
    folder: Path
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def copy(self, folder: Path) -> None:
        """Take files that somebody else exported."""
        for path in folder.iterdir():
            shutil.copyfile(path, self.folder / path.name)

    def salesforce(
        self, *, check: bool = False, zone: tzinfo = UTC, **options: Unpack[AskedOfFiles]
    ) -> ImportReport:
        return import_salesforce(self.folder, Importing(self.deals, check), zone=zone, **options)

    def hubspot(
        self, *, check: bool = False, zone: tzinfo = UTC, **options: Unpack[AskedOfFiles]
    ) -> ImportReport:
        return import_hubspot(self.folder, Importing(self.deals, check), zone=zone, **options)

    def pipedrive(
        self, path: Path, *, check: bool = False, zone: tzinfo = UTC, **options: Unpack[Asked]
    ) -> ImportReport:
        return import_pipedrive(path, Importing(self.deals, check), zone=zone, **options)

    def story(self, name: str) -> list[Recorded]:
        """Of the deal that is called SOURCE:KEY."""
        source, _, key = name.partition(":")
        return self.deals.story(deal_id(source, key))

    def told(self, name: str) -> list[tuple[str, str]]:
        """The type of each event of a deal, and when it happened: a day, an instant, or `?`."""
        return [(each.type, _when(each)) for each in self.story(name)]

    def data(self, name: str, type_name: str) -> list[dict[str, Any]]:
        """What the events of a type say."""
        found = (each.event for each in self.story(name) if each.type == type_name)
        return [event.model_dump(mode="json", exclude_unset=True) for event in found]

    def deal(self, name: str, as_of: str | None = None) -> Deal:
        source, _, key = name.partition(":")
        day = datetime.combine(date.fromisoformat(as_of), time.max, UTC) if as_of else None
        return self.deals.deal(deal_id(source, key), as_of=day)

    def stages(self, pipeline: str) -> list[tuple[str, float | None]]:
        """The stages of a pipeline as they are now, with their probabilities."""
        return [(stage.stage, stage.probability) for stage in self.deals.pipeline(pipeline).stages]

    def is_defined(self, pipeline: str) -> bool:
        return bool(self.deals.story(pipeline_id(pipeline)))


@contextmanager
def crm_desk(folder: Path) -> Iterator[CrmDesk]:
    """An empty one."""
    clock = [NOW]
    with Deals(Settings(store="memory:"), clock=lambda: clock[0]) as deals:
        yield CrmDesk(deals, folder, clock)


def _when(recorded: Recorded) -> str:
    match recorded.precision:
        case "unknown":
            return "?"
        case "day":
            return recorded.occurred_at.date().isoformat()
        case _:
            return recorded.occurred_at.strftime("%Y-%m-%dT%H:%M")
