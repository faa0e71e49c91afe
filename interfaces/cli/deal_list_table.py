"""A list of deals as a table, with what is wrong with each where that was asked."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from interfaces.cli.grid import Column, table
from interfaces.cli.naming import Names
from interfaces.cli.output import show
from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.states.deal_list import DealRow, IdleSince

LATE = {"expected-close": "expected-close", "next-step": "kind-next-step", "task": "kind-task"}
"""What may be overdue, by the sentence that says so."""


def show_deals(session: Session, found: "Sequence[DealRow]") -> None:
    """Print the deals and how many they are."""
    if not found:
        show(session.say("no-deals"))
        return
    columns = _columns(session, found)
    show(table([column for column, _ in columns], ([told(each) for _, told in columns] for each in found)))
    show(session.say("deals-found", deals=session.formats.number(len(found))))


def _columns(session: Session, found: "Sequence[DealRow]") -> "list[tuple[Column, Callable[[DealRow], str]]]":
    """Each column with what stands in it; those that would be empty are left out."""
    names, formats, say = Names(session.deals, session.formats), session.formats, session.say
    columns: list[tuple[Column, Callable[[DealRow], str]]] = [
        (
            Column(say("deal"), whole=True),
            lambda each: f"{each.source}:{each.key}" if each.source else str(each.deal),
        ),
        (Column(say("title")), lambda each: each.title),
        (Column(say("account"), under=True), lambda each: each.account_name or each.account or "–"),
        (Column(say("owner"), under=True), lambda each: each.owner or "–"),
        (Column(say("stage"), least=13), lambda each: names.stage(each.pipeline, each.stage)),
        (Column(say("outcome"), under=True), lambda each: formats.label("outcome", each.outcome)),
    ]
    if any(each.overdue for each in found):
        columns.append((Column(say("overdue"), under=True), lambda each: _late(session, each)))
    if any(each.idle for each in found):
        columns.append((Column(say("last-activity"), under=True), lambda each: _last(session, each.idle)))
    columns += [
        (
            Column(say("amount"), right=True),
            lambda each: "–" if each.amount is None else formats.money(each.amount.model_dump()),
        ),
        (
            Column(say("expected-close"), right=True, under=True),
            lambda each: "–" if each.expected_close is None else formats.day(each.expected_close),
        ),
    ]
    if any(each.closed_at for each in found):
        columns.append(
            (Column(say("closed"), right=True, under=True), lambda each: _closed_on(session, each))
        )
    if any(each.idle for each in found):
        columns += [
            (Column(say("days-idle"), right=True), lambda each: _idle(session, each.idle)),
            (Column(say("rots-after"), right=True, under=True), lambda each: _limit(session, each.idle)),
        ]
    return columns


def _closed_on(session: Session, each: "DealRow") -> str:
    at = each.closed_at
    return "–" if at is None else session.formats.day(at.astimezone(session.zone).date())


def _late(session: Session, each: "DealRow") -> str:
    return session.formats.listed([session.say(LATE[what]) for what in each.overdue or ()])


def _idle(session: Session, idle: "IdleSince | None") -> str:
    return "–" if idle is None else session.formats.number(idle.days)


def _limit(session: Session, idle: "IdleSince | None") -> str:
    return (
        "–" if idle is None or idle.rots_after_days is None else session.formats.number(idle.rots_after_days)
    )


def _last(session: Session, idle: "IdleSince | None") -> str:
    """The event that last reset the clock, and when."""
    if idle is None:
        return "–"
    what = session.formats.label("event_type", idle.type)
    when = session.formats.day(idle.at.astimezone(session.zone).date())
    return session.say("last-activity-on", what=what, when=when, version=idle.version)
