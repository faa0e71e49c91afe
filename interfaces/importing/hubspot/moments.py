"""What the history of a HubSpot deal says from when on: of its properties, of its stages, and the days of entering."""

from collections.abc import Iterator
from dataclasses import dataclass

from interfaces.importing.crm.facts import Known, Moment, Place, known_from
from interfaces.importing.crm.importing import Places, readable
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.sheets import plain
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.hubspot.stages import Pipelines
from interfaces.importing.hubspot.subjects import HISTORY, OWNERS, STAGE_HISTORY

_PROPERTIES = {
    "pipeline": "pipeline",
    "dealstage": "place",
    "amount": "amount",
    "closedate": "expected_close",
    "hubspotownerid": "owner",
    "ownerid": "owner",
    "dealname": "title",
    "hsnextstep": "next_step",
}
"""Which properties' histories are read, by their plain names, and what each says of the deal."""


@dataclass(slots=True)
class Histories:
    """Reads them for one deal after the other."""

    shelf: Shelf
    reader: Reader
    pipelines: Pipelines
    places: Places

    def of(self, deal: Row, key: str) -> list[Moment]:
        """Every moment of a deal, in order. Its stages are told by the best of the three sources alone."""
        properties = self._properties(deal, key)
        if any("place" in moment.says for moment in properties):
            return properties
        stages = list(readable(self.shelf.of(STAGE_HISTORY.name, key), self._stage, self.shelf))
        return _in_order([*properties, *(stages or self._entered(deal))])

    def owner(self, text: str | None) -> str | None:
        """The name of an owner where the file of owners has it, else what stands there. Never a mail address."""
        if text is None:
            return None
        row = self.shelf.one(OWNERS.name, text)
        name = "" if row is None else " ".join(filter(None, (row.text("first"), row.text("last"))))
        return name or text

    def _properties(self, deal: Row, key: str) -> list[Moment]:
        rows = [
            row for row in self.shelf.of(HISTORY.name, key) if plain(row.text("name") or "") in _PROPERTIES
        ]
        currency = deal.text("currency")
        found = _in_order(list(readable(rows, lambda row: self._change(row, currency), self.shelf)))
        return list(self._in_their_pipelines(deal, found))

    def _change(self, row: Row, currency: str | None) -> Moment:
        when = self.reader.when(row, "at")
        if when is None:
            raise row.refused("at", "There is no time here: since when was it so?")
        name = _PROPERTIES[plain(row.values["name"])]
        value: Known
        match name:
            case "amount":
                value = self.reader.money(row, "value", currency)
            case "expected_close":
                value = self.reader.day(row, "value")
            case "owner":
                value = self.owner(row.text("value"))
            case _:
                value = row.text("value")
        key = f"{name} {when.at.isoformat()}"
        return Moment(when, {name: value}, row, key, known=known_from(when))

    def _in_their_pipelines(self, deal: Row, moments: list[Moment]) -> Iterator[Moment]:
        """Stages belong to the pipeline that the deal was in then, which has a history of its own."""
        told = [moment.says["pipeline"] for moment in moments if "pipeline" in moment.says]
        pipeline = str(told[0]) if told and told[0] else deal.text("pipeline")
        for moment in moments:
            if "pipeline" in moment.says:
                pipeline = str(moment.says["pipeline"] or pipeline)
            elif "place" in moment.says:
                stage = moment.says["place"]
                place = self.pipelines.place(pipeline, None if stage is None else str(stage), self.places)
                yield Moment(moment.when, {"place": place}, moment.row, moment.key, known=moment.known)
            else:
                yield moment

    def _stage(self, row: Row) -> Moment:
        when = self.reader.when(row, "at")
        if when is None:
            raise row.refused("at", "There is no time here: since when was it so?")
        place = self.pipelines.place(None, row.text("value"), self.places)
        return Moment(when, {"place": place}, row, f"place {when.at.isoformat()}", known=known_from(when))

    def _entered(self, deal: Row) -> list[Moment]:
        moments: dict[Place, Moment] = {}
        for end, pipeline, stage in self.pipelines.entered():
            when = self.reader.when(deal, f"entered:{end}")
            place = self.pipelines.place(pipeline, stage, self.places)
            if when is not None:
                key = f"place {when.at.isoformat()}"
                moments.setdefault(place, Moment(when, {"place": place}, deal, key, known=known_from(when)))
        return list(moments.values())


def _in_order(moments: list[Moment]) -> list[Moment]:
    """By time; of one instant, first the pipeline."""
    return sorted(moments, key=lambda each: (each.when.at, "pipeline" not in each.says) if each.when else ())
