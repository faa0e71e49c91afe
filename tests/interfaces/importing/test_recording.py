"""An import that fails says what it had recorded, and a check that fails says nothing of the kind."""

import pytest

from domain.errors import Unavailable
from engine.ids import new_id
from engine.log import LogEntry
from interfaces.importing.recording import Batches
from interfaces.importing.report import ImportReport
from tests.engine.appending import entry


@pytest.mark.parametrize(("checked", "stays"), [(False, 2), (True, 0)], ids=["an import", "a check"])
def test_what_fails_between_two_rows_says_what_stays(*, checked: bool, stays: int) -> None:
    recorded: list[LogEntry] = []
    with pytest.raises(Unavailable) as failed:
        _breaks_off(Batches(recorded.extend, ImportReport(checked=checked), batch=1))
    assert len(recorded) == stays
    notes = " ".join(getattr(failed.value, "__notes__", []))
    assert ("this import recorded 2 events, which stay" in notes) is (stays > 0)
    assert bool(notes) is (stays > 0)


def _breaks_off(batches: Batches[LogEntry]) -> None:
    deal = new_id()
    with batches:
        batches.add([entry(deal, 1, "opened"), entry(deal, 2, "noted")])
        raise Unavailable("The file cannot be read.")
