"""Which state a job works with: Kafka remembers it with the group's offsets, so that a second one is found out."""

from collections.abc import Iterable

from kafka.structs import OffsetAndMetadata

from consumers.running.state import State
from domain.errors import Conflict

FORM = "1:"
"""Stands before the id of a state in what is committed with an offset; what begins otherwise says nothing of one."""


def noted(state: State) -> str:
    """What is committed with each offset of a job that works with this state."""
    return f"{FORM}{state.id}"


def refuse_another(found: Iterable[OffsetAndMetadata], state: State, job: str) -> None:
    """Conflict where one of these offsets was committed by a process with another state."""
    ours = noted(state)
    if any(is_another(each.metadata, ours) for each in found):
        raise Conflict(
            f"The job {job!r} has worked with another state than {state.shown}. Of two states each would hold a part "
            "of what the job does. Give all its processes the same --state, and look which folder they start in. If "
            "the other state is lost, or shall not be used any more, stop the job everywhere and run `dealtrail "
            f"consumers adopt {job}` once, with the --state that it goes on with."
        )


def is_another(committed: str, ours: str) -> bool:
    """Whether what was committed with an offset names another state than ours; what names none does not."""
    return committed.startswith(FORM) and committed != ours
