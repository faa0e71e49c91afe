"""What a change of the schemas would break: for readers that are newer than an event, or older than it."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

SAYS_NOTHING = frozenset({"$schema", "$id", "$defs", "title", "description", "examples", "x-personal-data"})
"""Keywords that accept or refuse nothing; what they say may be said better."""

LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
"""Keywords that hold several schemas, in an order."""

PARTS = ("items", "additionalProperties", "propertyNames")
"""Keywords that hold one schema."""


def breaking_changes(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """What stands in the way of reading old events by the new schemas and new events by the old ones.

    Both are JSON Schemas by the name of the type of event. Allowed is a new type, and a new field that may
    be absent, anywhere. Everything else is named: what was removed, made optional or required, tightened or
    loosened, another default, a closed list with other codes.
    """
    found = []
    for name, before in old.items():
        if name not in new:
            found.append(f"{name}: the type is gone")
        else:
            found += _Comparison(before, new[name]).differences(name, before, new[name])
    return found


class _Comparison:
    """Two versions of one document, whose definitions may have other names."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._documents = old, new
        self._compared: set[tuple[str, str]] = set()

    def differences(self, place: str, old: Any, new: Any) -> Iterator[str]:  # noqa: ANN401 - parts of JSON documents
        """What is different at this place and below it."""
        if not isinstance(old, Mapping) or not isinstance(new, Mapping):
            if old != new:
                yield f"{place}: {_shown(old)} became {_shown(new)}"
            return
        names = old.get("$ref", ""), new.get("$ref", "")
        if all(names):
            # A definition may hold itself.
            if names in self._compared:
                return
            self._compared.add(names)
        old, new = (_resolved(each, whole) for each, whole in zip((old, new), self._documents, strict=True))
        yield from self._of_fields(place, old, new)
        for keyword in PARTS:
            if keyword in old and keyword in new:
                yield from self.differences(f"{place}[]", old[keyword], new[keyword])
        for keyword in LISTS:
            yield from self._of_lists(f"{place}", keyword, old, new)
        for keyword in sorted({*old, *new} - SAYS_NOTHING - {"properties", "required", *LISTS}):
            one_alone = (keyword in old) != (keyword in new)
            if one_alone or (keyword not in PARTS and not _same(keyword, old[keyword], new[keyword])):
                yield f"{place}: {keyword} {_shown(old.get(keyword))} became {_shown(new.get(keyword))}"

    def _of_fields(self, place: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            if name not in after:
                yield f"{place}.{name}: the field is gone"
                continue
            if name in needed_before - needed_after:
                yield f"{place}.{name}: the field may be absent now"
            if name in needed_after - needed_before:
                yield f"{place}.{name}: the field must be there now"
            yield from self.differences(f"{place}.{name}", before[name], after[name])
        for name in sorted(needed_after - set(before)):
            yield f"{place}.{name}: a new field must be there; it has to be optional"

    def _of_lists(self, place: str, keyword: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = old.get(keyword, []), new.get(keyword, [])
        if len(before) != len(after):
            yield f"{place}: {keyword} has {len(after)} alternatives instead of {len(before)}"
            return
        for one, other in zip(before, after, strict=True):
            yield from self.differences(place, one, other)


def _resolved(schema: Schema, document: Schema) -> Schema:
    """The schema, with the definition that it refers to."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    definition = document["$defs"][reference.removeprefix("#/$defs/")]
    return {**definition, **{key: value for key, value in schema.items() if key != "$ref"}}


def _same(keyword: str, old: Any, new: Any) -> bool:  # noqa: ANN401 - whatever the keyword holds
    if keyword == "enum":
        return sorted(map(str, old)) == sorted(map(str, new))
    # 1 and True are equal in Python, and not in JSON.
    return bool(old == new and isinstance(old, bool) is isinstance(new, bool))


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
