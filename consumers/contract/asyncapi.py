"""The AsyncAPI 3 document: which topics there are, what comes on them, with which headers."""

from collections.abc import Mapping, Sequence
from typing import Any

from consumers.topics import PARTITIONS, Topics
from domain.event import Event
from domain.events import DEAL_EVENTS
from domain.pipeline import PIPELINE_EVENTS

Document = dict[str, Any]

KAFKA_BINDING = "0.5.0"
"""The version of AsyncAPI's Kafka bindings that is used."""


def asyncapi(examples: Mapping[str, Document]) -> Document:
    """The document; `examples` are values of records by their type of event. It refers to schemas/<Type>.json."""
    topics = Topics(prefix="{prefix}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "dealtrail: events of deals on Kafka",
            "version": "1",
            "description": "What happened to every deal, in the order in which it was recorded, and the "
            "definitions of the pipelines that deals move in. Events of one deal are in one partition. "
            "Read committed records only, and let fields pass that you do not know: "
            "later versions add optional ones, and new types of event.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "deals": _channel(topics.deals, "What happens to deals; the key is the deal's id.", DEAL_EVENTS),
            "pipelines": _channel(
                topics.pipelines, "Definitions of pipelines; the key is the pipeline's id.", PIPELINE_EVENTS
            ),
            "deadLetters": _dead_letters(topics.dead("{job}")),
        },
        "operations": {
            "sendDealEvents": _operation("send", "deals", "The relay sends what the store has recorded."),
            "sendPipelineEvents": _operation(
                "send", "pipelines", "The relay sends what the store has recorded."
            ),
            "sendDeadLetters": _operation(
                "send", "deadLetters", "A job puts aside what it cannot read, byte for byte."
            ),
        },
        "components": {
            "messages": {
                event.__name__: _message(event, examples[event.__name__])
                for event in (*DEAL_EVENTS, *PIPELINE_EVENTS)
            }
            | {"DeadLetter": _DEAD_LETTER},
            "schemas": {"CloudEvent": _CLOUD_EVENT},
        },
    }


_PREFIX: Document = {
    "default": "",
    "description": "Keeps several stores apart on one cluster: DEALTRAIL_TOPIC_PREFIX.",
}
_ID: Document = {"type": "string", "format": "uuid"}
_KEY: Document = {"kafka": {"key": _ID, "bindingVersion": KAFKA_BINDING}}

_CLOUD_EVENT: Document = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode (Kafka protocol binding). Values are UTF-8.",
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_subject",
        "ce_time",
        "ce_sequence",
        "ce_recordedtime",
        "content-type",
    ],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "`<stream_id>:<version>`: the same each time it is sent."},
        "ce_source": {"type": "string", "description": "`/dealtrail/<store id>`."},
        "ce_type": {"type": "string", "description": "`dealtrail.<Type>.v1`."},
        "ce_subject": {**_ID, "description": "The deal or pipeline: the record's key."},
        "ce_time": {"type": "string", "format": "date-time", "description": "occurred_at."},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[0-9]{20}$",
            "description": "The version, with zeros before it: compares as text.",
        },
        "ce_recordedtime": {"type": "string", "format": "date-time", "description": "recorded_at."},
        "content-type": {"const": "application/json"},
    },
}

_DEAD_LETTER: Document = {
    "name": "dead-letter",
    "title": "A record that a job could not read",
    "contentType": "application/octet-stream",
    "summary": "Its key, value and headers as they were, with where it came from and why in further headers.",
    "headers": {
        "type": "object",
        "required": ["dealtrail_topic", "dealtrail_partition", "dealtrail_offset", "dealtrail_reason"],
        "properties": {
            "dealtrail_topic": {"type": "string", "description": "The topic that it was in."},
            "dealtrail_partition": {"type": "string", "description": "Its partition there, in digits."},
            "dealtrail_offset": {"type": "string", "description": "Its offset there, in digits."},
            "dealtrail_reason": {"type": "string", "description": "Why; quotes nothing of the record."},
        },
    },
    "payload": {"description": "Any bytes."},
}


def _channel(address: str, description: str, events: Sequence[type[Event]]) -> Document:
    return {
        "address": address,
        "description": description,
        "parameters": {"prefix": _PREFIX},
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"} for event in events},
        "bindings": {
            "kafka": {
                "partitions": PARTITIONS,
                "topicConfiguration": {
                    "cleanup.policy": ["delete"],
                    "retention.ms": -1,
                    "retention.bytes": -1,
                },
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _dead_letters(address: str) -> Document:
    return {
        "address": address,
        "description": "Records that a job could not read, with where they came from; one topic a job.",
        "parameters": {"prefix": _PREFIX, "job": {"description": "The job's name."}},
        "messages": {"DeadLetter": {"$ref": "#/components/messages/DeadLetter"}},
    }


def _operation(action: str, channel: str, summary: str) -> Document:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def _message(event: type[Event], example: Document) -> Document:
    name = event.__name__
    return {
        "name": f"dealtrail.{name}.v1",
        "title": name,
        "summary": event.__doc__,
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {"properties": {"ce_type": {"const": f"dealtrail.{name}.v1"}}},
            ]
        },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./schemas/{name}.json"},
        },
        "bindings": _KEY,
        "examples": [{"payload": example}],
    }
