"""What is said of causes, retrospectives and autopsies; in English and in Chinese."""

from collections.abc import Mapping

CAUSES: Mapping[str, tuple[str, str]] = {}
