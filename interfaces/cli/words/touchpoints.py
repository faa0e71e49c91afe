"""What is said of touchpoints, rotting deals and the scorecard; in English and in Chinese."""

from collections.abc import Mapping

TOUCHPOINTS: Mapping[str, tuple[str, str]] = {}
