"""The AsyncAPI document is one, and names the topics, keys and headers that there are."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from consumers.contract.asyncapi import asyncapi
from consumers.contract.pages import ASYNCAPI, example
from consumers.topics import FOR_EVER, PARTITIONS, Topics
from consumers.wire import outgoing
from domain.events import EVENTS
from domain.pipeline import PIPELINE_EVENTS
from tests.consumers.rows import STORE, golden, row_of


@pytest.fixture(scope="module")
def document(repository: Path) -> dict[str, Any]:
    return asyncapi({name: example(repository, name) for name in EVENTS})


def test_it_is_as_the_schema_of_asyncapi_says(document: dict[str, Any]) -> None:
    # AsyncAPI's own schema of 3.0.0 (Apache-2.0), as npm's @asyncapi/specs 6.11.1 ships it.
    packed = Path(__file__).with_name("asyncapi-3.0.0.schema.json.gz").read_bytes()
    validator = Draft7Validator(json.loads(gzip.decompress(packed)))
    validator.validate(document)
    assert not validator.is_valid({**document, "channels": []})


def test_every_reference_leads_somewhere(document: dict[str, Any], repository: Path) -> None:
    def references(part: Any) -> set[str]:  # noqa: ANN401 - any JSON
        if isinstance(part, dict):
            own = {part["$ref"]} if "$ref" in part else set()
            return own.union(*map(references, part.values()))
        return set().union(*map(references, part)) if isinstance(part, list) else set()

    found = references(document)
    assert len(found) > 2 * len(EVENTS)
    for reference in found:
        file, _, inside = reference.partition("#")
        target = json.loads((repository / ASYNCAPI).parent.joinpath(file).read_bytes()) if file else document
        for step in filter(None, inside.split("/")):
            target = target[step]
        assert target


def test_each_type_of_event_is_a_message_of_its_topic(document: dict[str, Any]) -> None:
    channels = document["channels"]
    assert {*channels["deals"]["messages"], *channels["pipelines"]["messages"]} == set(EVENTS)
    assert set(channels["pipelines"]["messages"]) == {event.__name__ for event in PIPELINE_EVENTS}
    topics = Topics("{prefix}")
    assert [each["address"] for each in channels.values()] == [
        topics.deals, topics.pipelines, topics.dead("{job}"),
    ]  # fmt: skip


def test_the_topics_are_made_as_it_says(document: dict[str, Any]) -> None:
    binding = document["channels"]["deals"]["bindings"]["kafka"]
    assert binding["partitions"] == PARTITIONS
    said = {
        name: value[0] if isinstance(value, list) else str(value)
        for name, value in binding["topicConfiguration"].items()
    }
    assert said == FOR_EVER


def test_the_headers_of_records_are_as_it_says(document: dict[str, Any]) -> None:
    common = Draft202012Validator(document["components"]["schemas"]["CloudEvent"])
    for name in EVENTS:
        headers = {key: value.decode() for key, value in outgoing(row_of(golden(name)), STORE).headers}
        common.validate(headers)
        own = document["components"]["messages"][name]["headers"]["allOf"][1]
        Draft202012Validator(own).validate(headers)
        assert set(headers) == set(document["components"]["schemas"]["CloudEvent"]["properties"])
