"""What is said of stages, cycle times, slips and the funnel; in English and in Chinese."""

from collections.abc import Mapping

STAGES: Mapping[str, tuple[str, str]] = {}
