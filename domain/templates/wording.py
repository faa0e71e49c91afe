"""What the templates share: their two languages, what each of them asks, and what winning is called."""

from domain.pipeline import OutcomeLabels
from domain.stages import StageTask
from domain.values import Labels


def both(english: str, chinese: str) -> Labels:
    """The same thing said in English and in Chinese."""
    return Labels(en=english, zh_cn=chinese)


def task(slug: str, english: str, chinese: str) -> StageTask:
    """A task of a stage."""
    return StageTask(task=slug, labels=both(english, chinese))


ALWAYS_ASKED = ("need", "budget", "authority")
WON_AND_LOST = OutcomeLabels(won=both("Won", "签单"), lost=both("Lost", "丢单"))
