"""Write histories in tests, and import them: a few words a line."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.deal.story import Deal, fold
from domain.event import Actor, Recorded
from engine.deals import Deals
from engine.ids import deal_id, pipeline_id
from engine.settings import Settings
from interfaces.importing.history.importing import import_history
from interfaces.importing.report import ImportReport

SOURCE = "acme-crm"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Line = dict[str, Any]


def cny(amount: str) -> dict[str, str]:
    """So many yuan."""
    return {"amount": amount, "currency": "CNY"}


def line(type_name: str, at: str | None = None, /, *, deal: str = "D-17", **rest: object) -> Line:
    """A line about a deal of the source; `line_…` fields go beside `data`, all others into it."""
    beside = {name.removeprefix("line_"): rest.pop(name) for name in list(rest) if name.startswith("line_")}
    when = {} if at is None else {"at": at}
    return {"source": SOURCE, "deal": deal, **when, **beside, "type": type_name, "data": rest}


def opened(at: str | None = "2026-04-01T09:30:00+08:00", /, **rest: object) -> Line:
    """The opening of a deal."""
    told: dict[str, Any] = {"title": "Pumps", "owner": "li.lei", "stage": "prospecting", **rest}
    return line("DealOpened", at, **told)


def moved(to_stage: str, at: str | None, /, **rest: object) -> Line:
    """A move to another stage."""
    told: dict[str, Any] = {"to_stage": to_stage, **rest}
    return line("DealStageChanged", at, **told)


def pipeline(slug: str, *stages: str, type_name: str = "PipelineDefined", **rest: object) -> Line:
    """A definition or revision with these stages."""
    told = [{"stage": each, "labels": {"en": each.title()}, "phase": "early"} for each in stages]
    labels = {"labels": {"en": slug.title()}} if type_name == "PipelineDefined" else {}
    return {"pipeline": slug, **rest, "type": type_name, "data": {**labels, "stages": told}}


@dataclass
class Telling:
    """A store, a clock that stands still until it is set, and files to import."""

    deals: Deals
    folder: Path
    clock: list[datetime] = field(default_factory=lambda: [NOW])

    def write(self, lines: Sequence[Line | str], name: str = "history.ndjson") -> Path:
        path = self.folder / name
        text = "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines)
        path.write_text(text, encoding="utf-8")
        return path

    def tell(self, *lines: Line | str, check: bool = False, by: Actor | None = None) -> ImportReport:
        return import_history(self.write(lines), self.deals, check=check, by=by)

    def story(self, deal: str = "D-17", source: str = SOURCE) -> list[Recorded]:
        return self.deals.story(deal_id(source, deal))

    def types(self, deal: str = "D-17") -> list[str]:
        return [recorded.type for recorded in self.story(deal)]

    def data(self, deal: str = "D-17") -> list[dict[str, Any]]:
        return [recorded.event.model_dump(mode="json", exclude_unset=True) for recorded in self.story(deal)]

    def deal(self, deal: str = "D-17") -> Deal:
        folded = fold(self.story(deal))
        assert folded is not None
        return folded

    def pipeline_story(self, slug: str) -> list[Recorded]:
        return self.deals.story(pipeline_id(slug))


def empty_store(folder: Path) -> Iterator[Telling]:
    """A new store in memory whose clock says NOW until a test sets it."""
    clock = [NOW]
    with Deals(Settings(store="memory:"), clock=lambda: clock[0]) as deals:
        yield Telling(deals, folder, clock)
