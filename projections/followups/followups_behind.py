"""A deal behind the figures of follow-ups: everything that was counted of it."""

from datetime import datetime

from engine.clock import from_micros
from projections.asking.report_answer import Worth, behind
from projections.followups.due import FollowUp
from projections.followups.followups_answer import FollowUpBehind, FollowUpsDeal, RoleBehind, SilenceBehind
from projections.followups.followups_facts import CaseFacts, Quiet
from projections.people.chain_coverage import ROLES, THREADS, Covered


def deal_behind(told: CaseFacts, worth: Worth) -> FollowUpsDeal:
    """The deal as one of those behind the figures."""
    return FollowUpsDeal(
        **behind(told.case, worth).model_dump(),
        pipeline=told.case.pipeline,
        stage=told.case.stage,
        no_next_step=told.no_next_step,
        follow_ups=tuple(_follow_up(told, item) for item in told.items),
        first_response_hours=None if told.response is None else told.response.hours,
        responded=None if told.response is None else told.response.answered,
        lead_response_hours=None if told.lead is None else told.lead.hours,
        lead_responded=None if told.lead is None else told.lead.answered,
        silence=None if told.quiet is None else _silence(told.quiet),
        contacts_touched=told.threads,
        single_threaded=None if told.threads is None else told.threads < THREADS,
        roles=None
        if told.roles is None
        else tuple(_role(role, told.roles[role]) for role in ROLES if role in told.roles),
    )


def _follow_up(told: CaseFacts, item: FollowUp) -> FollowUpBehind:
    return FollowUpBehind(
        kind=item.kind,
        item=item.item,
        text=item.text,
        person=item.person or told.case.owner,
        since=_instant(None if item.precision == "unknown" else item.arose),
        due=item.due,
        planned_for=_instant(item.due_at),
        when=item.when,
    )


def _silence(quiet: Quiet) -> SilenceBehind:
    return SilenceBehind(
        days=quiet.silence.days,
        running=quiet.silence.running,
        won_median=quiet.won_median,
        longer=quiet.longer,
    )


def _role(role: str, covered: Covered) -> RoleBehind:
    return RoleBehind(
        role=role,
        contacts=covered.contacts,
        since=_instant(covered.since),
        met=covered.met,
        met_since=_instant(covered.met_since),
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
