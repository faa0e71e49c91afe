"""docs/archive.md: its configuration is read, its queries run on the demo, its columns are those of the files."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from consumers.jobs.archive import Archive, make
from consumers.jobs.archive.rows import SCHEMA
from consumers.topics import Topics
from domain.deal.outcome import DealWon
from engine.deals import Deals
from tests.consumers.jobs.archived import Archiving, delivered, in_batches


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "archive.md").read_text("utf-8")


def test_the_configuration_on_the_page_is_the_one_without_any(page: str) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    config = tomllib.loads(block)
    assert set(config) == set(Archive.model_fields)
    assert Archive.model_validate(config) == Archive(folder=Path("archive"), name="archive")
    assert make(config).name == "archive"


def test_every_column_is_on_the_page(page: str) -> None:
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", page, flags=re.MULTILINE)))
    assert told == SCHEMA.names


def test_the_queries_on_the_page_answer_what_they_say(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo_deals: Deals
) -> None:
    monkeypatch.chdir(tmp_path)
    archiving = Archiving(Path("archive"))
    records = [each for each in delivered(demo_deals) if Topics().of(each.event.type) == Topics().deals]
    archiving.take(*in_batches(records, 2_000))
    first, won, feed, copy = re.findall(r"```sql\n(.*?)```", page, flags=re.DOTALL)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        view, types = first.split(";\n", 1)
        database.execute(view)
        counted = Counter(each.event.type for each in records)
        assert dict(database.sql(types).to_arrow_table().to_pydict().items()) == {
            "type": [name for name, _ in counted.most_common(5)],
            "events": [count for _, count in counted.most_common(5)],
        }
        values = database.sql(feed).to_arrow_table().column("value").to_pylist()
        assert values == [each.value.decode() for each in records]
        months = database.sql(won).to_arrow_table().to_pylist()
        spoken_of = {
            (
                each.event.stream_id,
                getattr(each.event.event, "corrects", getattr(each.event.event, "retracts", 0)),
            )
            for each in records
        }
        wins = [
            each.event
            for each in records
            if isinstance(each.event.event, DealWon)
            and (each.event.stream_id, each.event.version) not in spoken_of
        ]
        assert sum(row["deals"] for row in months) == len(wins) > 20
        assert sum(row["amount"] for row in months if row["currency"] == "CNY") == sum(
            each.event.amount.amount
            for each in wins
            if isinstance(each.event, DealWon) and each.event.amount and each.event.amount.currency == "CNY"
        )
        database.execute(copy)
    whole = pq.read_table(tmp_path / "events.parquet")
    assert whole.column("position").to_pylist() == [each.event.position for each in records]
    assert "value" not in whole.column_names
