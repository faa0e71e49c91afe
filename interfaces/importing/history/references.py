"""The versions that an event names, moved along when its deal's events are recorded under others."""

from collections.abc import Mapping
from typing import Any

from domain.event import Event
from interfaces.importing.history.wording import LineRefused

_SCALAR = ("corrects", "retracts", "outcome")
_LISTS = ("causes", "pushed", "blocked")


def renumbered(event: Event, versions: Mapping[int, int]) -> Event:
    """The event, naming the versions under which the lines are recorded that it named.

    A version that is no line's stays. LineRefused where the line was left out (0).
    """
    data = event.model_dump(mode="json", exclude_unset=True)
    moved = _moved(data, versions)
    if "replacement" in data:
        moved["replacement"] = {
            **moved["replacement"],
            "data": _moved(moved["replacement"]["data"], versions),
        }
    return event if moved == data else type(event).model_validate(moved)


def _moved(data: dict[str, Any], versions: Mapping[int, int]) -> dict[str, Any]:
    moved = dict(data)
    for name in _SCALAR:
        if type(data.get(name)) is int:
            moved[name] = _now(data[name], versions, name)
    if data.get("evidence"):
        moved["evidence"] = [_now(version, versions, "evidence") for version in data["evidence"]]
    for name in _LISTS:
        if data.get(name):
            moved[name] = [_moved(each, versions) for each in data[name]]
    return moved


def _now(version: int, versions: Mapping[int, int], name: str) -> int:
    now = versions.get(version, version)
    if not now:
        raise LineRefused(f"data.{name}", str(version), "the line of this version was left out")
    return now
