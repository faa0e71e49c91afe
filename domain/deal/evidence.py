"""Evidence: the events (versions) that a command or an event names to show what it says."""

from collections.abc import Iterator, Sequence

from domain.errors import RuleBroken
from domain.event import Command, Facts, Recorded


class EvidenceNotThere(RuleBroken):
    """The command names versions that the deal does not have."""

    def __init__(self, versions: Sequence[int], last: int) -> None:
        self.versions = tuple(versions)
        named = ", ".join(map(str, versions))
        super().__init__(f"The deal has no event {named} to name as evidence; its last one is {last}.")


def named_as_evidence(facts: Facts) -> Iterator[int]:
    """Every version that `facts` name: their own, their causes', and those of a retrospective's observations."""
    fields = type(facts).model_fields
    if "evidence" in fields:
        yield from getattr(facts, "evidence") or ()  # noqa: B009 - one of many types
    for each in ("causes", "pushed", "blocked"):
        if each in fields:
            for said in getattr(facts, each) or ():
                yield from said.evidence or ()


def check_evidence(command: Command, recorded: Sequence[Recorded]) -> None:
    """Raise EvidenceNotThere unless the deal has every event that `command` names."""
    named = set(named_as_evidence(command))
    if not named:
        return
    missing = sorted(named - {each.version for each in recorded})
    if missing:
        raise EvidenceNotThere(missing, recorded[-1].version)
