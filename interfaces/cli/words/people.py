"""What is said of people, needs and follow-ups; in English and in Chinese."""

from collections.abc import Mapping

PEOPLE: Mapping[str, tuple[str, str]] = {}
