"""docs/events.md: every event with its meaning, its fields and an example, out of the schemas."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from consumers.contract.kinds import heading, kind, lists_in
from consumers.contract.schemas import PERSONAL, Schema, schemas
from domain.deal.corrections import CORRECTIONS_EVENTS
from domain.deal.life import LIFE_EVENTS
from domain.deal.needs import NEEDS_EVENTS
from domain.deal.negotiation import NEGOTIATION_EVENTS
from domain.deal.outcome import OUTCOME_EVENTS
from domain.deal.outlook import OUTLOOK_EVENTS
from domain.deal.people import PEOPLE_EVENTS
from domain.deal.team import TEAM_EVENTS
from domain.deal.touchpoints import TOUCHPOINTS_EVENTS
from domain.event import Event
from domain.labels.catalogue import LABELS
from domain.pipeline import PIPELINE_EVENTS

SECTIONS: Sequence[tuple[str, Sequence[type[Event]]]] = (
    ("The life of a deal", LIFE_EVENTS),
    ("Who works on it", TEAM_EVENTS),
    ("How it looks", OUTLOOK_EVENTS),
    ("Needs and solutions", NEEDS_EVENTS),
    ("People of the buyer's side", PEOPLE_EVENTS),
    ("Touchpoints", TOUCHPOINTS_EVENTS),
    ("The negotiation", NEGOTIATION_EVENTS),
    ("The outcome and after", OUTCOME_EVENTS),
    ("Corrections", CORRECTIONS_EVENTS),
    ("Pipelines", PIPELINE_EVENTS),
)

OPENING = Path(__file__).with_name("opening.txt")


def catalogue(examples: Mapping[str, Schema]) -> str:
    """The page; `examples` are values of records by their type of event."""
    known = schemas()
    parts = [OPENING.read_text("utf-8").format(count=len(known)), *_contents()]
    parts += ["## With every event\n", _table(_envelope(known))]
    values: dict[str, Schema] = {}
    for title, events in SECTIONS:
        parts.append(f"## {title}\n")
        for event in events:
            name = event.__name__
            definitions = known[name]["$defs"]
            values |= {value: each for value, each in definitions.items() if value != name}
            parts += [f"### {name}\n", f"{event.__doc__}\n", _table(definitions[name])]
            parts.append(f"```json\n{_shown(examples[name])}\n```\n")
    parts.append("## Values\n")
    for value in sorted(values):
        parts += [f"### {value}\n", f"{values[value]['description']}\n", _table(values[value])]
    parts.append("## Codes\n\nThose that dealtrail ships, with what people read in their place.\n")
    for listed in sorted(lists_in(list(known.values()))):
        parts += [f"### {heading(listed)}\n", _labels(listed)]
    return "\n".join(parts)


def _contents() -> Iterator[str]:
    for title, events in SECTIONS:
        named = " · ".join(f"[{event.__name__}](#{event.__name__.lower()})" for event in events)
        yield f"**{title}**: {named}\n"


def _envelope(known: Mapping[str, Schema]) -> Schema:
    """What all types have in common."""
    first = known[next(iter(known))]
    data = {"type": "object", "description": "What the event says: the fields of its type, below."}
    return {**first, "properties": {**first["properties"], "data": data}}


def _table(schema: Schema) -> str:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    rows = [
        f"| `{name}`{'' if name in required else '?'}{' †' if PERSONAL in field else ''} "
        f"| {kind(field, required=name in required)} | {_meaning(field)} |"
        for name, field in properties.items()
    ]
    return _rows("field | type | meaning", rows)


def _labels(listed: str) -> str:
    rows = [f"| `{code}` | {label.en} | {label.text('zh-CN')} |" for code, label in LABELS[listed].items()]
    return _rows("code | English | Chinese", rows)


def _rows(header: str, rows: Sequence[str]) -> str:
    return "\n".join([f"| {header} |", "|---|---|---|", *rows, ""])


def _meaning(field: Schema) -> str:
    found, default = str(field["description"]).replace("|", "\\|"), field.get("default")
    if default is None:
        return found
    written = default if isinstance(default, str) else json.dumps(default)
    return f"{found} Where it is absent: `{written}`."


def _shown(value: Mapping[str, Schema]) -> str:
    """The value of a record, each field of its envelope and of its data on a line."""
    envelope = _lines({name: each for name, each in value.items() if name != "data"}, "  ")
    return "{\n" + envelope + ',\n  "data": {\n' + _lines(value["data"], "    ") + "\n  }\n}"


def _lines(fields: Mapping[str, object], indent: str) -> str:
    return ",\n".join(
        f"{indent}{json.dumps(name)}: {json.dumps(each, ensure_ascii=False)}" for name, each in fields.items()
    )
