"""The deals behind the figures about follow-ups: what is to be done in them, and which of them are in danger."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from interfaces.cli.deal_names import deal_names
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.naming import Names
from interfaces.cli.output import show
from interfaces.cli.reports.dimensions import parts
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.followups.followups_answer import FollowUpBehind, FollowUpsDeal, FollowUpsGroup

STANDINGS = {
    "overdue": "when-overdue",
    "due": "when-due-soon",
    "later": "when-later",
    "no-date": "when-no-date",
}


def show_lists(session: Session, group: "FollowUpsGroup", behind: "Sequence[FollowUpsDeal]") -> None:
    """Print what is to be done, the earliest due first, and every open deal, the most silent first."""
    told = parts(session, group.by)

    def title(words: str) -> str:
        return " · ".join([*told, session.say(words)])

    if any(each.follow_ups for each in behind):
        show(_to_do(session, behind, title("to-do-of-deals")))
    still_open = sorted((each for each in behind if each.outcome == "open"), key=_silent, reverse=True)
    if still_open:
        show(_in_danger(session, still_open, title("deals-in-danger")))


def _to_do(session: Session, behind: "Sequence[FollowUpsDeal]", title: str) -> Grid:
    columns = [
        Column(session.say("due"), whole=True),
        *(Column(session.say(each)) for each in ("when-due", "followup-owner", "followup-kind")),
        Column(session.say("followup-what")),
        Column(session.say("title")),
        Column(session.say("deal"), whole=True),
    ]
    called = deal_names(session, (deal.deal for deal in behind))
    items = [(each.due or date.max, each, deal) for deal in behind for each in deal.follow_ups]
    items.sort(key=lambda item: item[0])
    rows = [
        (
            _due(session, each),
            session.say(STANDINGS[each.when]),
            each.person or "–",
            session.say(f"kind-{each.kind}"),
            _what(session, each),
            deal.title,
            called[deal.deal],
        )
        for _, each, deal in items
    ]
    return table(columns, rows, title=title)


def _due(session: Session, item: "FollowUpBehind") -> str:
    if item.planned_for is not None:
        return session.formats.instant(item.planned_for)
    return "–" if item.due is None else session.formats.day(item.due)


def _what(session: Session, item: "FollowUpBehind") -> str:
    """What is to be done; of an offer whose it is, of an appointment its kind."""
    lists = {"offer": "side", "touchpoint": "touchpoint_kind"}
    if item.text is None:
        return item.item or "–"
    if item.kind not in lists:
        return item.text
    return session.say("what-of", what=session.formats.label(lists[item.kind], item.text), item=item.item)


def _in_danger(session: Session, deals: "Sequence[FollowUpsDeal]", title: str) -> Grid:
    formats, names = session.formats, Names(session.deals, session.formats)
    called = deal_names(session, (each.deal for each in deals))
    columns = [
        *(Column(session.say(each)) for each in ("title", "owner", "stage", "next-step")),
        *(
            Column(session.say(each), right=True)
            for each in ("response-hours", "silent-days", "won-days", "contacts-touched")
        ),
        Column(session.say("roles-missing")),
        Column(session.say("deal"), whole=True),
    ]
    rows = [
        (
            each.title,
            each.owner or "–",
            names.stage(each.pipeline, each.stage),
            session.say("no" if each.no_next_step else "yes"),
            _number(session, each.first_response_hours),
            _number(session, None if each.silence is None else each.silence.days),
            _number(session, None if each.silence is None else each.silence.won_median),
            _number(session, each.contacts_touched),
            formats.listed([formats.label("role", role) for role in _unknown(each)]) or "–",
            called[each.deal],
        )
        for each in deals
    ]
    return table(columns, rows, title=title)


def _silent(deal: "FollowUpsDeal") -> tuple[bool, float]:
    """Longer than won deals before all others, then by days."""
    silence = deal.silence
    return (False, -1) if silence is None else (bool(silence.longer), silence.days)


def _unknown(deal: "FollowUpsDeal") -> list[str]:
    from projections.people.chain_coverage import ROLES

    known = {each.role for each in deal.roles or ()}
    return [role for role in ROLES if role not in known]


def _number(session: Session, number: float | None) -> str:
    return "–" if number is None else session.formats.number(number)
