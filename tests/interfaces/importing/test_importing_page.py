"""The page about importing names every key of a mapping, and its examples work."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from interfaces.importing.table.mapping import Part, TableMapping
from tests.interfaces.importing.tables import Desk, desk


@pytest.fixture
def page(repository: Path) -> str:
    return (repository / "docs" / "importing.md").read_text(encoding="utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Desk]:
    with desk(tmp_path) as empty:
        yield empty


def keys(part: type[BaseModel], before: str = "") -> Iterator[str]:
    """Every key of the mapping, with dots."""
    for name, field in part.model_fields.items():
        inner = next(parts(field.annotation), None)
        if inner is None:
            yield f"{before}{name}"
        else:
            yield from keys(inner, f"{before}{name}.")


def parts(annotation: object) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for each in get_args(annotation):
        yield from parts(each)


def test_every_key_of_a_mapping_is_in_the_table_and_no_other(page: str) -> None:
    table = page.partition("## Every key of a mapping")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(keys(TableMapping))


def test_every_mapping_on_the_page_is_one(page: str) -> None:
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 5
    for example in examples:
        TableMapping.model_validate(tomllib.loads(example))


def test_the_first_mapping_of_the_page_reads_its_table(page: str, store: Desk) -> None:
    (table,) = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    mappings = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[:3]
    for mapping in mappings:
        report = store.take(table, mapping, check=True)
        assert (report.opened, len(report.refused)) == (3, 0)
    report = store.take(table, mappings[2], exported="2026-04-01")
    assert report.recorded == 1 + 3 + 1 + 2
    story = store.deals.feed(types={"DealStageChanged"})
    assert [each.occurred_at.date().isoformat() for each in story] == ["2026-04-01"]
