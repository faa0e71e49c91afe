"""Who is who in a Salesforce export: users by name, contacts with what is known of them."""

from typing import Any

from domain.labels.catalogue import LABELS
from interfaces.importing.crm.facts import Further, known_from
from interfaces.importing.crm.rows import Reader, Row
from interfaces.importing.crm.shelf import Shelf
from interfaces.importing.salesforce.ids import full_id
from interfaces.importing.salesforce.subjects import ACCOUNTS, CONTACTS, USERS
from interfaces.importing.table.slugs import code

_ROLES = {
    "business-user": "user",
    "economic-decision-maker": "economic-buyer",
    "evaluator": "technical-buyer",
    "executive-sponsor": "champion",
}
"""Roles that Salesforce ships, by the ones that we have for them."""


def user(shelf: Shelf, text: str | None) -> str | None:
    """The name of a user where the file of users has it, else what stands there."""
    if text is None:
        return None
    row = shelf.one(USERS.name, full_id(text))
    return text if row is None else full_name(row) or text


def account(shelf: Shelf, text: str | None) -> Row | None:
    """The account of an id, where the file of accounts has it."""
    return None if text is None else shelf.one(ACCOUNTS.name, full_id(text))


def full_name(row: Row) -> str | None:
    """The name, or first and last name together."""
    return row.text("name") or " ".join(filter(None, (row.text("first"), row.text("last")))) or None


def contact_role(row: Row, shelf: Shelf, reader: Reader) -> list[Further]:
    """A person of the decision chain, and what they decide there if the role says so."""
    if row.flag("deleted"):
        return []
    contact = full_id(row.values["contact"]) if row.text("contact") else None
    if contact is None:
        raise row.refused("contact", "There is no contact here.")
    when = reader.when(row, "created")
    by, known = user(shelf, row.text("by")), known_from(when)
    key = f"role:{row.text('id') or contact}"
    person: dict[str, Any] = {"contact": contact}
    found = shelf.one(CONTACTS.name, contact)
    if found is not None:
        kept = {"name": full_name(found), **{each: found.text(each) for each in ("title", "email", "phone")}}
        where = account(shelf, found.text("account"))
        kept["account"] = found.text("account") if where is None else where.text("name")
        person |= {name: text for name, text in kept.items() if text is not None}
    added = Further("ContactAdded", person, row, f"{key}:added", when, by, known)
    role = _role(row.text("role"))
    if role is None:
        return [added]
    assessed = {"contact": contact, "roles": [role]}
    return [added, Further("ContactAssessed", assessed, row, f"{key}:role", when, by, known)]


def _role(text: str | None) -> str | None:
    if text is None:
        return None
    found = code("role", text)
    return found if found in LABELS["role"] else _ROLES.get(found, found or None)
