"""What must be known to read any report: what was left out, counted twice or converted."""

from typing import TYPE_CHECKING

from interfaces.cli.session import Session

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.asking.report_answer import ReportAnswer


def common_notes(session: Session, answer: "ReportAnswer") -> list[str]:
    """The notes below every report: groups that overlap, deals without a date, the rates that were used."""
    notes = []
    if answer.overlapping:
        notes.append(session.say("overlapping"))
    if answer.undated:
        sentence = "left-out-unclosed" if answer.from_ or answer.to else "left-out-undated"
        notes.append(session.say(sentence, deals=session.formats.number(answer.undated)))
    if answer.base is not None:
        rates = [f"{each.from_} → {each.to} {each.rate} ({each.date})" for each in answer.base.rates]
        day = session.formats.day(answer.base.day)
        told = session.formats.listed(rates) or session.say("none")
        notes.append(session.say("in-base", currency=answer.base.currency, day=day, rates=told))
    return notes
