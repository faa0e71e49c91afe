"""A file of an export: which subject it tells about, and which of its columns is which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class Subject:
    """What a file may be about.

    `files`: the plain names of such files. `fields`: each field with the plain names of its column, the best
    first. `key`: the field by which rows are looked up. `needed`: fields without which it is no such file.
    """

    name: str
    files: frozenset[str]
    fields: Mapping[str, tuple[str, ...]]
    key: str
    needed: tuple[str, ...]
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields of which there are many: each with how the plain names of its columns begin. The field `entered` with
    the beginning `dateentered` makes `entered:lead` of a column `Date entered lead`."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as its header describes it: `places` says in which column each field is, `titles` what it is called."""

    subject: Subject
    path: Path
    columns: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    part: str | None = None

    @property
    def name(self) -> str:
        """What people call the file, with the part of it that this is."""
        return self.path.name if self.part is None else f"{self.path.name}, {self.part}"

    def title(self, name: str) -> str:
        """The column of a field, as the file calls it."""
        place = self.places.get(name)
        return name if place is None else self.columns[place]


def plain(name: str) -> str:
    """A column's name as it is compared: `Opportunity ID`, `opportunity_id` and `OpportunityId` are one."""
    return "".join(letter for letter in normalize("NFKC", name).casefold() if letter.isalnum())


def missing_from(subject: Subject, columns: Sequence[str]) -> list[str]:
    """The needed fields that the header has no column for."""
    there = {plain(column) for column in columns}
    return [name for name in subject.needed if there.isdisjoint(subject.fields[name])]


def described(subject: Subject, path: Path, columns: tuple[str, ...]) -> Sheet:
    """The sheet. BadInput where a field has two columns of one name, or a needed one has none."""
    missing = missing_from(subject, columns)
    if missing:
        wanted = subject.fields[missing[0]][0]
        raise BadInput(
            f"{path.name} has no column {wanted!r} (for the {missing[0].replace('_', ' ')}); it has "
            f"{', '.join(columns[:12])}{', …' if len(columns) > 12 else ''}. Nothing was recorded: export it "
            "with that column, or take the file out of the folder."
        )
    found: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        found.setdefault(plain(column), []).append(place)
    places: dict[str, int] = {}
    for name, ways in subject.fields.items():
        way = next((way for way in ways if way in found), None)
        if way is None:
            continue
        if len(found[way]) > 1:
            raise BadInput(
                f"{path.name} has the column {columns[found[way][0]]!r} more than once. Nothing was "
                "recorded: rename one of them."
            )
        places[name] = found[way][0]
    for name, beginnings in subject.families.items():
        for column, where in found.items():
            start = next((each for each in beginnings if column.startswith(each)), None)
            if start is not None:
                places[f"{name}:{column.removeprefix(start)}"] = where[0]
    return Sheet(subject, path, columns, places)
