"""Which deals a job is about, by their labels: the segment of its configuration."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field


def _several(wanted: object) -> object:
    """A label's value may stand alone."""
    return (wanted,) if isinstance(wanted, str) else wanted


Wanted = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
"""The values of a label of which a deal must have one; a single one may stand alone."""

Segment = Mapping[str, Wanted]
"""The labels that a deal must have; none: any deal."""


def is_in(labels: Mapping[str, str], segment: Segment) -> bool:
    """Whether a deal with these labels is one of them."""
    return all(labels.get(label) in wanted for label, wanted in segment.items())
