"""What Pipedrive's records are, and which of their fields (dots lead into an object) is what."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from interfaces.importing.crm.sheets import Sheet, Subject


def _subject(kind: str, key: str, **fields: tuple[str, ...]) -> Subject:
    return Subject(kind, frozenset(), fields, key, ())


DEALS = _subject(
    "deal",
    "id",
    id=("id",),
    title=("title",),
    value=("value",),
    currency=("currency",),
    status=("status",),
    stage=("stage_id",),
    pipeline=("pipeline_id",),
    owner=("user_id", "owner_id"),
    creator=("creator_user_id",),
    org=("org_id",),
    org_name=("org_id.name", "org_name"),
    person=("person_id",),
    added=("add_time",),
    changed=("update_time",),
    staged=("stage_change_time",),
    won=("won_time",),
    lost=("lost_time",),
    closed=("close_time",),
    reason=("lost_reason",),
    closes=("expected_close_date",),
    origin=("channel", "origin"),
    deleted=("deleted", "is_deleted"),
)

CHANGES = _subject(
    "dealChange",
    "deal",
    deal=("data.item_id", "data.deal_id"),
    id=("data.id",),
    at=("data.log_time", "timestamp"),
    field=("data.field_key",),
    old=("data.old_value",),
    new=("data.new_value",),
    old_label=("data.additional_data.old_value_formatted",),
    new_label=("data.additional_data.new_value_formatted",),
    by=("data.user_id",),
)

STAGES = _subject(
    "stage",
    "id",
    id=("id",),
    name=("name",),
    order=("order_nr",),
    pipeline=("pipeline_id",),
    probability=("deal_probability",),
    rots=("rotten_flag", "is_deal_rot_enabled"),
    days=("rotten_days", "days_to_rotten"),
    active=("active_flag",),
    deleted=("is_deleted",),
)

PIPELINES = _subject("pipeline", "id", id=("id",), name=("name",), order=("order_nr",))

ACTIVITIES = _subject(
    "activity",
    "deal",
    deal=("deal_id",),
    id=("id",),
    type=("type",),
    subject=("subject",),
    done=("done",),
    due=("due_date",),
    time=("due_time",),
    duration=("duration",),
    added=("add_time",),
    finished=("marked_as_done_time",),
    person=("person_id",),
    owner=("user_id", "owner_id", "assigned_to_user_id"),
)

NOTES = _subject(
    "note",
    "deal",
    deal=("deal_id",),
    id=("id",),
    content=("content",),
    added=("add_time",),
    by=("user_id", "user.id"),
)

PERSONS = _subject(
    "person",
    "id",
    id=("id", "value"),
    name=("name",),
    email=("email", "emails", "primary_email"),
    phone=("phone", "phones"),
    title=("job_title",),
    org=("org_id.name", "org_name"),
)

ORGANIZATIONS = _subject("organization", "id", id=("id", "value"), name=("name",))

USERS = _subject("user", "id", id=("id", "value"), name=("name",))

SUBJECTS = (DEALS, CHANGES, STAGES, PIPELINES, ACTIVITIES, NOTES, PERSONS, ORGANIZATIONS, USERS)

ABOUT_DEALS = (CHANGES.name, ACTIVITIES.name, NOTES.name)

EMBEDDED: Mapping[str, str] = {
    "user_id": USERS.name,
    "owner_id": USERS.name,
    "creator_user_id": USERS.name,
    "person_id": PERSONS.name,
    "org_id": ORGANIZATIONS.name,
}
"""The fields of a deal that may hold the whole record of somebody in place of an id."""


def sheet(subject: Subject, path: Path) -> Sheet:
    """The records of one kind in a file, as if they were a table; a field is called as the API calls it."""
    columns = tuple(ways[0].rpartition(".")[2] for ways in subject.fields.values())
    places = {name: place for place, name in enumerate(subject.fields)}
    return Sheet(subject, path, columns, places, part=subject.name)


def texts(subject: Subject, record: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a record that hold something, as text."""
    found = {name: _first(record, ways) for name, ways in subject.fields.items()}
    return {name: text for name, text in found.items() if text}


def _first(record: Mapping[str, Any], ways: tuple[str, ...]) -> str | None:
    for way in ways:
        value: object = record
        for part in way.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        text = _text(value)
        if text is not None:
            return text
    return None


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case list():
            # Addresses come with labels; the first that is marked as such is the main one.
            marked = [each for each in value if isinstance(each, dict) and each.get("primary")]
            return _text(next(iter(marked or value), None))
        case dict():
            return _text(value.get("value", value.get("id")))
        case _:
            return str(value).strip()
