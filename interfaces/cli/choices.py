"""The options that every command has, before it or after it."""

from dataclasses import dataclass, replace
from typing import Annotated

import typer

Store = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store: sqlite:///FILE (three slashes: relative, four: absolute). Also DEALTRAIL_STORE.",
        rich_help_panel="Everywhere",
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--tz",
        metavar="ZONE",
        help="The time zone of this question, such as Asia/Shanghai; else the store's.",
        rich_help_panel="Everywhere",
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="en|zh-CN",
        help="The language of labels and sentences.",
        rich_help_panel="Everywhere",
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="table|json|ndjson|csv",
        help="A table for people, or JSON, NDJSON or CSV for programs.",
        rich_help_panel="Everywhere",
    ),
]

EVERYWHERE = {"store": Store, "tz": Zone, "lang": Language, "output": Format}
"""The options that stand before a command or after it; after it wins."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the options that every command has say; None where they were not given."""

    store: str | None = None
    tz: str | None = None
    lang: str | None = None
    output: str | None = None

    def overridden_by(self, **later: str | None) -> "Choices":
        """These choices, with those that were given later in their place."""
        return replace(self, **{name: value for name, value in later.items() if value is not None})
