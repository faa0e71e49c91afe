"""Gathered lines, compared with what the store has of their pipeline or deal, and recorded."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from domain.event import Recorded
from engine.deals import Deals
from engine.ids import deal_id, pipeline_id
from interfaces.importing.history.gathering import Gathering
from interfaces.importing.history.pipeline_lines import plan_pipeline
from interfaces.importing.history.planning import Plan, Run, plan_deal
from interfaces.importing.recording import ReadyRecording
from interfaces.importing.report import ImportReport
from interfaces.importing.source import Progress

_ALLOCATED = 200_000
"""Objects between two rounds of the garbage collector."""


def recorded(
    gathering: Gathering, deals: Deals, run: Run, report: ImportReport, progress: Progress | None
) -> Iterator[Plan]:
    """Record what is new, the pipelines first, and give each plan out to be told; with a check nothing is recorded.

    The report counts here; what a plan refuses or finds odd is for the caller, who knows what its lines are.
    """
    with ReadyRecording(deals, report) as recording:
        for plan in _plans(gathering, deals, run, progress):
            report.opened += plan.opened
            report.unchanged += plan.unchanged
            report.corrected += plan.corrected
            report.undated += plan.undated
            for entry in plan.entries:
                recording.add((entry,))
            yield plan


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """The lines that wait are no garbage: looking through them at the usual pace costs a tenth of an import."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATED, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _plans(gathering: Gathering, deals: Deals, run: Run, progress: Progress | None) -> Iterator[Plan]:
    """The pipelines' plans, then the deals'."""
    done = 0
    empty = not deals.head().position
    for owner, lines in gathering.owners(pipelines=True):
        story = deals.story(pipeline_id(owner.key))
        yield plan_pipeline(owner, lines, story, run)
    for owner, lines in gathering.owners(pipelines=False):
        stored: list[Recorded] = [] if empty else deals.story(deal_id(*owner))
        yield plan_deal(owner, lines, stored, run)
        done += len(lines)
        if progress is not None:
            progress("Recording", done, gathering.lines)
