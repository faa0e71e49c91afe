"""Every sentence that the command line says, in English and in Chinese."""

from collections.abc import Mapping

from interfaces.cli.words.acts import ACTS
from interfaces.cli.words.answers import ANSWERS
from interfaces.cli.words.causes import CAUSES
from interfaces.cli.words.consumers import CONSUMERS
from interfaces.cli.words.demo import DEMO
from interfaces.cli.words.imports import IMPORTS
from interfaces.cli.words.negotiation import NEGOTIATION
from interfaces.cli.words.operating import OPERATING
from interfaces.cli.words.people import PEOPLE
from interfaces.cli.words.relay import RELAY
from interfaces.cli.words.replay import REPLAY
from interfaces.cli.words.stages import STAGES
from interfaces.cli.words.touchpoints import TOUCHPOINTS
from interfaces.cli.words.webhooks import WEBHOOKS

WORDS: Mapping[str, tuple[str, str]] = {
    **ANSWERS,
    **ACTS,
    **DEMO,
    **NEGOTIATION,
    **TOUCHPOINTS,
    **PEOPLE,
    **STAGES,
    **CAUSES,
    **REPLAY,
    **IMPORTS,
    **RELAY,
    **CONSUMERS,
    **OPERATING,
    **WEBHOOKS,
}
"""Sentence → English, Chinese. Facts stand in braces."""


def say(lang: str, sentence: str, **facts: object) -> str:
    """The sentence in `lang` (`en`, `zh-CN`) with its facts; KeyError where there is none, or a fact is missing."""
    english, chinese = WORDS[sentence]
    return (chinese if lang == "zh-CN" else english).format(**facts)
