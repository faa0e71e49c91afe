"""`dealtrail deal people`: the decision chain of one deal, who left it, and who of it is missing."""

from typing import TYPE_CHECKING

import typer

from domain.errors import NotFound
from interfaces.cli.asking import AsOf, KnownAt, asked_when
from interfaces.cli.command import declared
from interfaces.cli.grid import Column, Grid, table
from interfaces.cli.output import listed, show, write
from interfaces.cli.session import Session
from interfaces.cli.times import at_end
from interfaces.cli.verb_commands import Deal

if TYPE_CHECKING:  # what reads stories for people is imported when it is asked
    from projections.people.people_answer import At, ChainPerson, DecisionChain

INDENT = "  "


def add_people(app: typer.Typer) -> None:
    """Add it to the group `deal`."""
    declared(app, "people")(people)


def people(session: Session, deal: Deal, *, as_of: AsOf = None, known_at: KnownAt = None) -> None:
    """The decision chain: who decides what, where they stand, who was met, who left, who is missing."""
    from projections.people.people import people_of

    stream = session.find(deal)
    at, known = session.time(at_end, as_of, "--as-of"), session.time(at_end, known_at, "--known-at")
    chain = people_of(session.deals.story(stream), at, known)
    if chain is None:
        raise NotFound(f"The deal {stream} was not opened by then. Ask about a later day.")
    if session.output != "table":
        document = chain.model_dump(mode="json")
        lines = [*document["people"], *document["left"]]
        write(session.output, document, lines, shape=listed(type(chain), "people"))
        return
    title = session.deals.deal(stream, as_of=at, known_at=known).life.title
    show(asked_when(session, at, known))
    show(*([_chain(session, chain, title)] if chain.people else [session.say("nobody-in-chain")]))
    if chain.left:
        show(_left(session, chain))
    if chain.people or chain.left or chain.others_met:
        show(*_missing(session, chain))


def _chain(session: Session, chain: "DecisionChain", title: str) -> Grid:
    """Those who are in it, each below whom they report to."""
    formats = session.formats
    columns = [
        Column(session.say("person")),
        Column(session.say("contact-id"), whole=True),
        Column(session.say("job-title"), under=True),
        Column(session.say("roles")),
        Column(session.say("influence"), right=True, under=True),
        Column(session.say("stance"), under=True),
        Column(session.say("met-times"), right=True),
        Column(session.say("last-met")),
        Column(session.say("in-chain-since"), under=True),
    ]
    rows = [
        (
            _placed(session, each),
            each.contact,
            each.title or "–",
            _roles(session, each),
            "–" if each.influence is None else formats.number(each.influence),
            _stance(session, each),
            formats.number(each.met),
            _when(session, each.last_met),
            _when(session, each.added),
        )
        for each in chain.people
    ]
    return table(columns, rows, title=session.say("in-chain", title=title))


def _left(session: Session, chain: "DecisionChain") -> Grid:
    """Those who left, in that order."""
    formats, names = session.formats, {each.contact: each for each in (*chain.people, *chain.left)}
    columns = [
        Column(session.say("person")),
        Column(session.say("contact-id"), whole=True),
        Column(session.say("roles")),
        Column(session.say("stance"), under=True),
        Column(session.say("left-on")),
        *(Column(session.say(each), under=True) for each in ("why-left", "came-for-them")),
    ]
    rows = []
    for each in chain.left:
        left = each.left
        if left is None:
            continue
        after = left.replaced_by
        rows.append(
            (
                _name(session, each),
                each.contact,
                _roles(session, each),
                _stance(session, each),
                _when(session, left.at),
                "–" if left.reason is None else formats.label("removal_reason", left.reason),
                "–" if after is None else _name(session, names[after]) if after in names else after,
            )
        )
    return table(columns, rows, title=session.say("who-left"))


def _missing(session: Session, chain: "DecisionChain") -> list[str]:
    """Which of the four roles nobody has, and which nobody was met in."""
    formats = session.formats
    unknown = [formats.label("role", each.role) for each in chain.key_roles if not each.contacts]
    never = [formats.label("role", each.role) for each in chain.key_roles if each.contacts and not each.met]
    told = []
    if unknown:
        told.append(session.say("key-roles-missing", roles=formats.listed(unknown)))
    if never:
        told.append(session.say("key-roles-not-met", roles=formats.listed(never)))
    if not told:
        told.append(session.say("key-roles-all-met"))
    if chain.others_met:
        told.append(session.say("others-met", contacts=formats.listed(chain.others_met)))
    return told


def _placed(session: Session, person: "ChainPerson") -> str:
    name = _name(session, person)
    if not person.depth:
        return name
    return session.say("below", indent=INDENT * (person.depth - 1), name=name)


def _name(session: Session, person: "ChainPerson") -> str:
    """What they are called; their id where nobody said."""
    return (
        person.contact if person.name is None else session.formats.value("ContactAdded", "name", person.name)
    )


def _roles(session: Session, person: "ChainPerson") -> str:
    return session.formats.listed([session.formats.label("role", each.role) for each in person.roles]) or "–"


def _stance(session: Session, person: "ChainPerson") -> str:
    """Where they stand since when, and each move before that."""
    label = session.formats.label
    lines = []
    for place, each in enumerate(person.stances):
        facts = {"stance": label("stance", each.stance), "since": _when(session, each.since)}
        if place == 0:
            lines.append(session.say("stance-now", **facts))
        else:
            before = label("stance", person.stances[place - 1].stance)
            lines.append(session.say("stance-moved", before=before, **facts))
    return "\n".join(lines) or "–"


def _when(session: Session, at: "At | None") -> str:
    """A day is exact enough for the page."""
    if at is None:
        return "–"
    exactness = "unknown" if at.precision == "unknown" else "day"
    return session.formats.happened(at.at, exactness)
