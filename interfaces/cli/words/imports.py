"""What is said of imports from other systems; in English and in Chinese."""

from collections.abc import Mapping

IMPORTS: Mapping[str, tuple[str, str]] = {}
