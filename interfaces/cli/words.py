"""Every sentence that the command line says, in English and in Chinese."""

from collections.abc import Mapping

from interfaces.cli.words_of_acts import ACTS
from interfaces.cli.words_of_answers import ANSWERS

WORDS: Mapping[str, tuple[str, str]] = {**ANSWERS, **ACTS}
"""Sentence → English, Chinese. Facts stand in braces."""


def say(lang: str, sentence: str, **facts: object) -> str:
    """The sentence in `lang` (`en`, `zh-CN`) with its facts; KeyError where there is none, or a fact is missing."""
    english, chinese = WORDS[sentence]
    return (chinese if lang == "zh-CN" else english).format(**facts)
