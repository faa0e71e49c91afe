"""An autopsy as a page to be read aloud in a retrospective."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from interfaces.cli.asking import asked_when
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.naming import Names
from interfaces.cli.one_deal import show_entries
from interfaces.cli.output import show
from interfaces.cli.session import Session
from interfaces.cli.trail import Trail
from projections.one_deal.audit import trail

if TYPE_CHECKING:  # SQLAlchemy is imported when a command asks the read models
    from projections.causes.autopsy_answer import AutopsyAnswer, CauseTold, Declared, FactShown

ODDEST = 3
"""So many facts have their events told at the foot of the page."""


def show_autopsy(session: Session, answer: "AutopsyAnswer") -> None:
    """Print the page: how it ended, what was declared, what the events show, and the events themselves."""
    show(_title(session, answer))
    asked = asked_when(session, answer.as_of, answer.known_at)
    show(session.say("definition", definition=answer.definition, asked=asked))
    show(_declared(session, answer))
    if answer.contradictions:
        show(session.say("contradictions"))
        for each in answer.contradictions:
            show("  " + _contradiction(session, each.reason, each.told_by, each.missing))
    for sentence in _verdicts(session, answer):
        show(sentence)
    show(_facts(session, answer))
    for note in _notes(session, answer):
        show(note)
    _show_events(session, answer)


def _show_events(session: Session, answer: "AutopsyAnswer") -> None:
    """The closing, and what the oddest facts, the causes and the reasons point to."""
    pointed = {
        answer.version,
        *(version for fact in answer.facts[:ODDEST] if fact.value for version in fact.events),
        *(version for fact in answer.facts if fact.is_difference for version in fact.events),
        *(version for each in answer.declared for cause in each.causes for version in cause.evidence),
        *(version for each in answer.events_say for version in each.events),
    }
    events = session.deals.story(answer.deal)
    entries = trail(events, answer.as_of, answer.known_at)
    show(session.say("events-behind"))
    show_entries(
        session, Trail(session, events), [each for each in entries if each.recorded.version in pointed]
    )


def _title(session: Session, answer: "AutopsyAnswer") -> str:
    formats = session.formats
    outcome = formats.label("outcome", answer.outcome)
    if answer.kind is not None:
        kind = formats.label("loss_kind", answer.kind)
        if answer.competitor is not None:
            kind = session.say("autopsy-lost-to", kind=kind, competitor=answer.competitor)
        outcome = session.say("autopsy-kind", outcome=outcome, kind=kind)
    day = (
        session.say("undated")
        if answer.closed_at is None
        else formats.day(answer.closed_at.astimezone(session.zone).date())
    )
    return session.say("autopsy-title", title=answer.title, outcome=outcome, day=day)


def _declared(session: Session, answer: "AutopsyAnswer") -> Grid | str:
    rows = [(_who(session, each), _causes(session, each.causes)) for each in answer.declared]
    if answer.events_say:
        said = [
            session.say(
                "part-of-field",
                field=session.formats.label("reason", each.reason),
                part=_versions(each.events),
            )
            for each in answer.events_say
        ]
        rows.append((session.say("teller-events"), session.formats.listed(said)))
    if not rows:
        return session.say("nothing-declared")
    columns = (Column(session.say("teller")), Column(session.say("says")))
    return table(columns, rows, title=session.say("declared"))


def _who(session: Session, declared: "Declared") -> str:
    who = teller(session, declared.told_by)
    if declared.confidence is None:
        return who
    return session.say("cause-sure", teller=who, confidence=session.formats.share(declared.confidence))


def teller(session: Session, name: str | None) -> str:
    """Who says so: the closing, the events, or one of the list of tellers."""
    if name in (None, "closing", "events"):
        return session.say(f"teller-{name or 'closing'}")
    return session.formats.label("teller", name)


def _causes(session: Session, causes: "Sequence[CauseTold]") -> str:
    formats = session.formats
    told = []
    for cause in causes:
        parts = [
            *([] if cause.effect is None else [formats.label("effect", cause.effect)]),
            *(
                []
                if cause.weight is None
                else [session.say("cause-weight", weight=formats.share(cause.weight))]
            ),
            *([] if cause.note is None else [cause.note]),
            *([_versions(cause.evidence)] if cause.evidence else []),
        ]
        reason = formats.label("reason", cause.reason)
        told.append(
            session.say("part-of-field", field=reason, part=formats.listed(parts)) if parts else reason
        )
    return "\n".join(told) or "–"


def _contradiction(session: Session, reason: str, tellers: Sequence[str], missing: Sequence[str]) -> str:
    formats = session.formats
    return session.say(
        "contradiction",
        reason=formats.label("reason", reason),
        tellers=formats.listed([teller(session, each) for each in tellers]),
        traces=session.say("trace-or").join(session.say(f"trace-{each}") for each in missing),
    )


def _verdicts(session: Session, answer: "AutopsyAnswer") -> list[str]:
    """Each difference in a sentence, or why there is none."""
    if not answer.peers.enough:
        enough = round(1 / answer.stated) - 1
        return [session.say("not-enough-peers", deals=answer.peers.deals, enough=enough)]
    told = [
        session.say(
            "difference-told",
            fact=fact_name(session, answer.peers.pipeline, each.fact, each.stage),
            here=_amount(session, each.unit, each.value),
            median=_amount(session, each.unit, each.won.median),
            deals=session.formats.number(answer.peers.deals),
            as_odd=each.as_odd,
        )
        for each in answer.facts
        if each.is_difference
    ]
    return told or [session.say("no-differences")]


def _facts(session: Session, answer: "AutopsyAnswer") -> Grid:
    formats, peers = session.formats, answer.peers
    names = Names(session.deals, formats)
    group = [
        names.pipeline(peers.pipeline),
        *(session.say("is", what=name, value=value) for name, value in peers.segments.items()),
    ]
    columns = [
        Column(session.say("fact")),
        *(
            Column(session.say(each), right=True, under=each in {"won-median", "as-odd"})
            for each in ("here", "won-median", "more-than", "won-deals", "as-odd")
        ),
        Column(session.say("verdict")),
        Column(session.say("events"), right=True),
    ]
    rows = [_row(session, peers.pipeline, each) for each in answer.facts if each.value]
    title = session.say("facts-beside", deals=formats.number(peers.deals), group=formats.listed(group))
    return table(columns, rows, title=title)


def _row(session: Session, pipeline: str, each: "FactShown") -> tuple[str, ...]:
    formats = session.formats
    verdict = "not-ranked" if each.too_few else "is-difference" if each.is_difference else "no-difference"
    percentile = each.won.percentile
    return (
        fact_name(session, pipeline, each.fact, each.stage),
        _amount(session, each.unit, each.value),
        _amount(session, each.unit, each.won.median),
        formats.share(None if percentile is None else percentile / 100),
        formats.number(each.won.n),
        "–" if each.as_odd is None else formats.number(each.as_odd),
        session.say(verdict),
        _versions(each.events),
    )


def _notes(session: Session, answer: "AutopsyAnswer") -> list[str]:
    formats, peers = session.formats, answer.peers
    nothing = [
        fact_name(session, peers.pipeline, each.fact, each.stage) for each in answer.facts if not each.value
    ]
    notes = []
    if nothing:
        notes.append(session.say("nothing-of", facts=formats.listed(nothing)))
    if peers.left_out:
        notes.append(session.say("peers-left-out", segments=formats.listed(peers.left_out)))
    notes.append(session.say("how-to-read-autopsy", facts=len(answer.facts), stated=f"{answer.stated:.0%}"))
    notes.append(session.say("correlation"))
    return notes


def fact_name(session: Session, pipeline: str, fact: str, stage: str | None) -> str:
    """What a fact is called, a silence with its stage."""
    if stage is None:
        return session.say(f"fact-{fact}")
    names = Names(session.deals, session.formats)
    return session.say(f"fact-{fact}-in", stage=names.stage(pipeline, stage))


def _amount(session: Session, unit: str, value: float | None) -> str:
    if value is None:
        return "–"
    number = session.formats.number(value)
    return session.say("days-long", days=number) if unit == "days" else number


def _versions(versions: Sequence[int]) -> str:
    return " ".join(map(str, versions)) or "–"
