"""What is due and overdue, who waits for an answer, which deals are silent or hang on one person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from engine.deals import Deals
from projections.asking.cases import cases_on
from projections.asking.cycle import spread
from projections.asking.grouping import grouped
from projections.asking.question import Question
from projections.asking.report_answer import FLOOR, echoed, worth_in
from projections.closings.outcomes import Outcomes
from projections.followups.due import KINDS, FollowUp
from projections.followups.first_response import response_time
from projections.followups.followups import FollowUps
from projections.followups.followups_answer import (
    FollowUpsAnswer,
    FollowUpsGroup,
    KindStandings,
    PersonStandings,
    RoleCoverage,
    SilenceFigures,
    SingleThreaded,
    Standings,
)
from projections.followups.followups_behind import deal_behind
from projections.followups.followups_facts import CaseFacts, facts_of, undated_openings
from projections.people.chain_coverage import ROLES, THREADS
from projections.people.contacts import Contacts
from projections.running.known import as_known
from projections.running.uncollected import uncollected
from projections.running.views import Views
from projections.touchpoints.activity import Activity

WITHIN = 7
"""Days that a weekly meeting looks ahead."""


@uncollected()
def followups(views: Views, deals: Deals, question: Question, *, within: int = WITHIN) -> FollowUpsAnswer:
    """The follow-ups as of an instant, in groups `by` none, one or two dimensions.

    What is due is so from the instant to the end of the day that lies `within` days after its own; what is
    overdue is past its time at the instant. The period is that of the openings whose first response is measured.
    """
    zone, now = question.zone or deals.zone, deals.clock()
    projections = (Outcomes(), FollowUps(), Contacts(), Activity())
    with as_known(views, deals, projections, question.asked.known_at) as known:
        cases, undated = cases_on(known, views, question.asked, question.filters, question.by)
        facts, soon = facts_of(known, cases, question, zone, now, within)
    worth = worth_in(question.base)
    groups = []
    for by, members in grouped(cases, question.by, zone):
        told = [facts[case.deal] for case in members]
        group = _group(by, told)
        if question.with_deals:
            group = group.model_copy(update={"behind": tuple(deal_behind(each, worth) for each in told)})
        groups.append(group)
    undated += undated_openings(cases, question)
    return FollowUpsAnswer(
        **echoed(deals, question, undated=undated), within=within, due_by=soon.last, groups=tuple(groups)
    )


def _group(by: dict[str, str | None], told: Sequence[CaseFacts]) -> FollowUpsGroup:
    still_open = [each for each in told if each.case.outcome == "open"]
    items = [(each, item) for each in told for item in each.items]
    return FollowUpsGroup(
        by=by,
        deals=len(told),
        open=len(still_open),
        too_few=len(still_open) < FLOOR,
        follow_ups=Standings(**_standings(item for _, item in items)),
        kinds=_by_kind(item for _, item in items),
        people=_by_person(items),
        no_next_step=sum(each.no_next_step is True for each in told),
        first_response=response_time((each.case, each.response) for each in told),
        lead_response=response_time((each.case, each.lead) for each in told),
        silence=_silence(told),
        single_threaded=_single_threaded(still_open),
        chain=tuple(_role(role, still_open) for role in ROLES),
    )


def _standings(items: Iterable[FollowUp]) -> dict[str, int]:
    when = Counter(item.when for item in items)
    return {
        "open": when.total(),
        "overdue": when["overdue"],
        "due": when["due"],
        "later": when["later"],
        "no_date": when["no-date"],
    }


def _by_kind(items: Iterable[FollowUp]) -> tuple[KindStandings, ...]:
    """The kinds that there are, in the order of KINDS."""
    by_kind: dict[str, list[FollowUp]] = defaultdict(list)
    for item in items:
        by_kind[item.kind].append(item)
    return tuple(KindStandings(kind=kind, **_standings(by_kind[kind])) for kind in KINDS if kind in by_kind)


def _by_person(items: Iterable[tuple[CaseFacts, FollowUp]]) -> tuple[PersonStandings, ...]:
    """Whoever has most overdue first, then most due, then by name; nobody last."""
    by_person: dict[str | None, list[FollowUp]] = defaultdict(list)
    for told, item in items:
        by_person[item.person or told.case.owner].append(item)
    people = [
        PersonStandings(person=person, kinds=_by_kind(theirs), **_standings(theirs))
        for person, theirs in by_person.items()
    ]
    return tuple(
        sorted(people, key=lambda each: (each.person is None, -each.overdue, -each.due, each.person or ""))
    )


def _silence(told: Sequence[CaseFacts]) -> SilenceFigures:
    quiet = [each.quiet for each in told if each.quiet is not None]
    compared = [each for each in quiet if each.longer is not None]
    longer = sum(each.longer is True for each in compared)
    return SilenceFigures(
        days=spread([each.silence.micros for each in quiet]),
        compared=len(compared),
        longer=longer,
        share=_share(longer, len(compared)),
        too_few=len(compared) < FLOOR,
    )


def _single_threaded(still_open: Sequence[CaseFacts]) -> SingleThreaded:
    single = sum(each.threads is not None and each.threads < THREADS for each in still_open)
    return SingleThreaded(deals=single, share=_share(single, len(still_open)))


def _role(role: str, still_open: Sequence[CaseFacts]) -> RoleCoverage:
    covered = [each.roles[role] for each in still_open if each.roles is not None and role in each.roles]
    met = sum(each.met for each in covered)
    return RoleCoverage(
        role=role,
        known=len(covered),
        met=met,
        share_known=_share(len(covered), len(still_open)),
        share_met=_share(met, len(still_open)),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
