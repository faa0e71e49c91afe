"""What there is to follow up in each deal at an instant: its open matters, its silence, its people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.clock import to_micros
from projections.asking.dimensions import Case
from projections.asking.question import Question
from projections.followups.due import FollowUp, Today, open_followups, today
from projections.followups.first_response import NONE_YET, Wait, first_response, firsts, lead_response
from projections.people.chain_coverage import Covered, coverage, threads
from projections.running.known import Known
from projections.touchpoints.silences import Silence, silences

BEFORE_ALL = -(2**62)
"""An instant (µs) that nothing was set before."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The longest silence of an open deal in its stage; `won_median` (days) is None where too few deals tell."""

    silence: Silence
    won_median: float | None

    @property
    def longer(self) -> bool | None:
        """Whether it was silent for longer than half of the won deals were in that stage."""
        return None if self.won_median is None else self.silence.days > self.won_median


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a deal has to follow up.

    What is only of open deals is None in closed ones; a response is None outside the period, that to a lead
    also where none was accepted.
    """

    case: Case
    items: tuple[FollowUp, ...]
    no_next_step: bool | None
    response: Wait | None
    lead: Wait | None
    quiet: Quiet | None
    threads: int | None
    roles: Mapping[str, Covered] | None


def facts_of(
    known: Known, cases: Sequence[Case], question: Question, zone: ZoneInfo, now: datetime, within: int
) -> tuple[dict[bytes, CaseFacts], Today]:
    """The facts of each case by its deal, and the day that they are told on.

    `known` has the tables of FollowUps, Contacts and Activity.
    """
    asked = question.asked
    soon = today(asked, zone, now, within)
    items: dict[bytes, list[FollowUp]] = defaultdict(list)
    for item in open_followups(known, asked, soon, {case.deal: _done_with(case) for case in cases}):
        items[item.deal].append(item)
    first = firsts(known, asked)
    quiet, touched = silences(known, asked, zone, now), threads(known, asked, soon.at)
    covered = coverage(known, asked, {case.deal for case in cases if case.outcome == "open"})

    def facts(case: Case) -> CaseFacts:
        is_open, responded = case.outcome == "open", first.get(case.deal, NONE_YET)
        to_do = items.get(case.deal, [])
        measured = _opened_in(case, question)
        longest = quiet.longest.get(case.deal, {}).get((case.pipeline, case.stage)) if is_open else None
        won = quiet.typical(case.pipeline, case.stage)
        return CaseFacts(
            case=case,
            items=tuple(to_do),
            no_next_step=all(item.kind != "next-step" for item in to_do) if is_open else None,
            response=first_response(case, responded, zone) if measured else None,
            lead=lead_response(responded, zone) if measured else None,
            quiet=None if longest is None else Quiet(longest, None if won is None else won.median),
            threads=touched.get(case.deal, 0) if is_open else None,
            roles=covered.get(case.deal, {}) if is_open else None,
        )

    return {case.deal: facts(case) for case in cases}, soon


def undated_openings(cases: Iterable[Case], question: Question) -> int:
    """How many deals are in no period because nobody knows when they were opened."""
    if question.start is None and question.end is None:
        return 0
    return sum(case.opened.precision == "unknown" for case in cases)


def _opened_in(case: Case, question: Question) -> bool:
    if question.start is None and question.end is None:
        return True
    if case.opened.precision == "unknown":
        return False
    after_start = question.start is None or to_micros(question.start) <= case.opened.at
    return after_start and (question.end is None or case.opened.at < to_micros(question.end))


def _done_with(case: Case) -> int:
    """Up to when what is open is done with (µs): what was so when the deal closed, until it is reopened."""
    return BEFORE_ALL if case.closing is None else case.closing.read_at.at
