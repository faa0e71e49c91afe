"""What is said of negotiations: discounts, and the ladder of offers; in English and in Chinese."""

from collections.abc import Mapping

NEGOTIATION: Mapping[str, tuple[str, str]] = {}
