"""The list of the told stories."""

from interfaces.demo.script import Script
from interfaces.demo.stories import (
    declared_price,
    late_competitor,
    mended,
    payment_for_price,
    pushed_four_times,
    reopened,
)

STORIES = (declared_price, reopened, pushed_four_times, mended, payment_for_price, late_competitor)

LOST_FOR_PRICE = declared_price.KEY
SAVED_WIN = payment_for_price.KEY
PUSHED = pushed_four_times.KEY
REOPENED = reopened.KEY
LATE_COMPETITOR = late_competitor.KEY


def told_stories(script: Script) -> None:
    """Write every told story into the script."""
    for story in STORIES:
        story.tell(script)
