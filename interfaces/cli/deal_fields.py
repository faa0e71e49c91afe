"""The fields of a deal in words: what each is called, and what stands in it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from domain.values import External, Follows
from interfaces.cli.formats import Formats
from interfaces.cli.naming import Names
from projections.one_deal.audit import Change

CODES = {
    "criterion": "answer",
    "level": "lead_level",
    "forecast": "forecast",
    "competitor": "competitor_standing",
    "teammate": "duty",
    "outcome": "outcome",
    "loss_kind": "loss_kind",
    "paused": "reason",
    "lead_source": "lead_source",
    "offer": "offer_standing",
}
"""Which list the code in a field of `projections.one_deal.fields_of_deal` is from."""

PARTS = {"criterion": "criterion", "causes": "teller"}
"""Which list the part behind the dot is from: `criterion.budget`."""

COVERED = {
    "stage": ("stage", "to_stage"),
    "pipeline": ("pipeline", "to_pipeline"),
    "criterion": ("criterion", "answer"),
    "competitor": ("competitor", "standing"),
    "teammate": ("person", "duty"),
    "level": ("level",),
    "forecast": ("category",),
    "forecast_amount": ("amount",),
    "buyer_stage": ("stage", "pipeline"),
    "next_step": ("text",),
    "next_step_due": ("due",),
    "paused": ("reason",),
    "paused_until": ("until",),
    "loss_kind": ("kind",),
    "lost_to": ("competitor",),
    "offer": ("offer",),
}
"""The fields of an event that a change already tells, where they are called otherwise."""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """How the fields of one deal are told; `pipelines` are those that it was ever in."""

    formats: Formats
    names: Names
    pipelines: Collection[str]

    def name(self, field: str) -> str:
        """What the field is called: `Criterion (Budget)`, `Segment (region)`."""
        root, _, part = field.partition(".")
        key = f"field-{root.replace('_', '-')}"
        called = self.formats.say(key) if self.formats.has(key) else self.formats.field("", root)
        if not part:
            return called
        told = self.formats.label(PARTS[root], part) if root in PARTS else part
        return self.formats.say("part-of-field", field=called, part=told)

    def value(self, field: str, value: object) -> str:
        """What stands in it; a dash for nothing."""
        root = field.partition(".")[0]
        if value is None:
            return "–"
        if isinstance(value, External):
            return f"{value.source}:{value.key}"
        if isinstance(value, Follows):
            return self.formats.say(
                "follows", kind=self.formats.label("follow_kind", value.kind), deal=value.deal
            )
        if isinstance(value, tuple):
            return self.formats.listed([self.formats.label("reason", str(each)) for each in value])
        if root in CODES:
            return self.formats.label(CODES[root], str(value))
        special = self._special(root)
        return special(str(value)) if special else self.formats.value("", root, value)

    def change(self, change: Change) -> str:
        """What became of the field: `Stage: Proposal → Negotiation`."""
        return self.formats.say("set", field=self.name(change.field), after=self.step(change))

    def step(self, change: Change) -> str:
        """From what to what: `Proposal → Negotiation`."""
        after = self.value(change.field, change.after)
        return after if change.before is None else f"{self.value(change.field, change.before)} → {after}"

    def stage(self, slug: str) -> str:
        """The name of a stage, in whichever of the deal's pipelines it is."""
        return self.names.stage_in_one_of(self.pipelines, slug)

    def _special(self, root: str) -> Callable[[str], str] | None:
        match root:
            case "stage":
                return self.stage
            case "pipeline":
                return self.names.pipeline
            case "buyer_stage":
                return lambda slug: self.names.stage("funnel", slug)
            case _:
                return None


def told_by(changes: Collection[Change]) -> set[str]:
    """The fields of an event that its changes tell already."""
    roots = {change.field.partition(".")[0] for change in changes}
    return {name for root in roots for name in COVERED.get(root, (root,))}
