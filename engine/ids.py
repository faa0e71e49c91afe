"""The names of streams: new ones by time, imported ones by where they come from."""

from unicodedata import normalize
from uuid import NAMESPACE_URL, UUID, uuid5

from uuid_utils.compat import uuid7

from domain.errors import BadInput

DEALTRAIL = uuid5(NAMESPACE_URL, "urn:dealtrail")
"""The namespace of every id that is made from a name."""

OWN_SOURCE = "dealtrail"
"""The source of deals that were recorded here first; their key is their UUID."""


def new_id() -> UUID:
    """A new UUIDv7: ids made later sort later."""
    return uuid7()


def deal_id(source: str, key: str) -> UUID:
    """The stream of the deal that `source` calls `key`: the same words give the same id, for ever.

    Both are trimmed and taken in NFC. A key of the source `dealtrail` is the UUID itself;
    BadInput where it is none.
    """
    source, key = _plain(source), _plain(key)
    if source != OWN_SOURCE:
        return uuid5(DEALTRAIL, f"{source}\n{key}")
    try:
        return UUID(key)
    except ValueError:
        raise BadInput(
            f"A deal of the source {OWN_SOURCE!r} is named by its UUID, and {key!r} is none. "
            "Use the UUID that `dealtrail deal list` shows, or another source name."
        ) from None


def pipeline_id(slug: str) -> UUID:
    """The stream of the pipeline with this slug."""
    return uuid5(DEALTRAIL, _plain(slug))


def _plain(name: str) -> str:
    return normalize("NFC", name).strip()
