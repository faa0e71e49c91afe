"""What is in a store after its writers were killed, against what they had acknowledged."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.deals import Deals
from engine.settings import Settings
from engine.verify import verify
from projections.catalogue import PROJECTIONS
from projections.running.runner import catch_up
from projections.running.verifying import Difference
from projections.running.verifying import verify as verify_read_models
from projections.running.views import Views
from tests.end_to_end.killed_writer import size

Done = Mapping[str, int]
"""How many commands each thread (`a.0`) has acknowledged: those of the numbers below."""


def differences(settings: Settings, done: Done) -> list[str]:
    """Every way in which the store is not what was acknowledged; a command in flight may be there or not.

    Opens the store as the next process would, and verifies its chain.
    """
    with Deals(settings) as deals:
        verify(deals.store)
        rows = deals.store.rows(0, 10**7)
    found: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    wrong = []
    for place, (position, stream_id, version, _, state, *_) in enumerate(rows, 1):
        stream = stream_id.hex()
        versions[stream] += 1
        if position != place:
            wrong.append(f"gap: position {position} is row {place}")
        if version != versions[stream]:
            wrong.append(f"gap: version {version} of {stream} is its event {versions[stream]}")
        found[_name(json.loads(state)["data"])] += 1
    # The openings of the deals that all threads share, and the template's definition.
    del found["shared"], found[""]
    for thread, acknowledged in done.items():
        wrong += (
            _wrong(found.pop(f"{thread}.{nth}", 0), size(nth), f"{thread}.{nth}")
            for nth in range(acknowledged)
        )
        in_flight = found.pop(f"{thread}.{acknowledged}", 0)
        if in_flight:
            wrong.append(_wrong(in_flight, size(acknowledged), f"{thread}.{acknowledged}"))
    return [*filter(None, wrong), *(f"unknown: {name}" for name in found)]


def rows_of_read_models(settings: Settings, views_url: str | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every read model once it has caught up, in an order of its own; None: the store's own views."""
    with Deals(settings) as deals, Views.open(deals, views_url) as views:
        catch_up(views, deals, PROJECTIONS)
        rows = {}
        with views.engine.connect() as connection:
            for table in (table for projection in PROJECTIONS for table in projection.tables):
                physical = views.table_on(connection, table)
                columns = [column for column in physical.columns if column.name != "id"]
                found = connection.execute(select(*columns))
                rows[table.name] = sorted((tuple(row) for row in found), key=repr)
    return rows


def wrong_read_models(settings: Settings) -> list[Difference]:
    """What `projections verify` says against the read models."""
    with Deals(settings) as deals, Views.open(deals) as views:
        found = verify_read_models(views, deals, PROJECTIONS)
    return [each.difference for each in found if each.difference is not None]


def _name(data: Mapping[str, Any]) -> str:
    """The name that the command wrote into its event."""
    return str(data.get("note") or data.get("text") or data.get("title") or "")


def _wrong(found: int, wanted: int, name: str) -> str:
    if found == wanted:
        return ""
    what = "lost" if not found else "torn" if found < wanted else "doubled"
    return f"{what}: {name} has {found} events of {wanted}"
