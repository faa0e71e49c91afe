"""What is said while a deal is replayed, and in plots; in English and in Chinese."""

from collections.abc import Mapping

REPLAY: Mapping[str, tuple[str, str]] = {}
