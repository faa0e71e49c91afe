"""What docs/importing.md says of exports of other systems: its file imports, its tables name what is read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from interfaces.importing.crm.sheets import Subject, plain
from interfaces.importing.hubspot.subjects import SUBJECTS as HUBSPOT
from interfaces.importing.salesforce.subjects import SUBJECTS as SALESFORCE
from tests.interfaces.importing.crm_exports import CrmDesk, crm_desk


@pytest.fixture
def page(repository: Path) -> str:
    text = (repository / "docs" / "importing.md").read_text(encoding="utf-8")
    return text.partition("## Exports of other systems")[2].partition("## The canonical history")[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CrmDesk]:
    with crm_desk(tmp_path) as empty:
        yield empty


def test_the_file_on_the_page_imports(page: str, store: CrmDesk) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    report = store.pipedrive(store.write("pipedrive.json", example))
    assert (report.opened, report.refused.count) == (1, 0)
    assert store.told("pipedrive:17") == [
        ("DealOpened", "2026-03-01T09:00"),
        ("DealStageChanged", "2026-03-05T10:00"),
        ("DealWon", "2026-03-12T10:00"),
    ]


@pytest.mark.parametrize(("heading", "subjects"), [("### Salesforce", SALESFORCE), ("### HubSpot", HUBSPOT)])
def test_every_file_that_is_read_is_in_the_table(
    page: str, heading: str, subjects: tuple[Subject, ...]
) -> None:
    table = page.partition(heading)[2].partition("\n### ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    named = {plain(name) for cell in cells for name in re.findall(r"`([A-Za-z_]+)`", cell)}
    assert all(subject.files & named for subject in subjects)
    assert named == {name for name in named if any(name in subject.files for subject in subjects)}


def test_every_command_on_the_page_is_one(page: str) -> None:
    orders = re.findall(r"^dealtrail import (\w+)", page, re.MULTILINE)
    assert set(orders) == {"salesforce", "hubspot", "pipedrive"}
