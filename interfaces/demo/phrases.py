"""What people write into the demo, in the languages of its two teams."""

from collections.abc import Mapping

from interfaces.demo.chinese import CHINESE
from interfaces.demo.english import ENGLISH

PHRASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {"en": ENGLISH, "zh-CN": CHINESE}
"""Language → topic → sentences to choose from; both languages have the same topics."""
