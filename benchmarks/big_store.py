"""The store that questions are asked of: 10,000 deals and 500,000 events, written in plain batches."""

from benchmarks.raw import ready
from benchmarks.whole_stories import whole_stories
from domain.templates.shipped import TEMPLATES
from engine.deals import Deals
from engine.pipelines import SYSTEM
from engine.timing import ALWAYS

DEALS = 10_000
_BATCH = 40
"""Deals in one transaction."""


def fill(deals: Deals, count: int) -> None:
    """Define the pipeline and append the first `count` made-up deals."""
    deals.handle_pipeline("standard", TEMPLATES["standard"], by=SYSTEM, at=ALWAYS)
    for first in range(0, count, _BATCH):
        deals.store.append(ready(whole_stories(first, min(_BATCH, count - first))))
