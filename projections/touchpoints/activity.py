"""When a deal showed a sign of life: what resets its clock, when the buyer was heard, and the silences between."""

from collections.abc import Sequence
from json import dumps, loads

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table

from domain.event import Recorded
from projections.running.projection import Row, Rows, Story
from projections.running.reading_on import Place, columns, read_on
from projections.touchpoints.signs_of_life import Life, Sign, Since, step
from projections.touchpoints.voices import RESETS, VOICES

_metadata = MetaData()

activity = Table(
    "activity",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("type", String, nullable=False),
    Column("read_at", BigInteger, nullable=False),
    Column("precision", String, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("stage", String),
    Column("outcome", String, nullable=False),
    Column("resets", Boolean, nullable=False),
    Column("voice", Boolean, nullable=False),
    Column("silence", String),
    Column("since", Integer),
    Column("since_at", BigInteger),
    Column("since_precision", String),
    Index("activity_in_order", "deal", "read_at", "version"),
    info={"lazy": True},
)
"""One row per sign of life, and per event that begins or ends a silence; how the deal stood after it.

`resets`: it resets the rotting clock. `voice`: a touchpoint that was held, or the buyer did something
(`voices.is_voice`). `silence` is `begins` where a silence begins with the event, `ends` where one ends
and none begins; the silence that ended began with the event `since`. A silence belongs to the stage
in which it ends; what is closed or paused is not silent.
"""

lives = Table(
    "lives",
    _metadata,
    Column("deal", LargeBinary(16), primary_key=True),
    Column("opened", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    Column("outcome", String, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("pipeline", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String),
    Column("since", Integer),
    Column("since_at", BigInteger),
    Column("since_precision", String),
    Column("theirs", String, nullable=False),
)
"""One row per deal: how far it was read, how it stood then, and the silence that was running.

`theirs` are their counter-offers, a JSON list of ids.
"""

NO_SILENCE = {"since": None, "since_at": None, "since_precision": None}


class Activity:
    """The signs of life of every deal, as they are known now, in the reading order."""

    name = "activity"
    version = 1
    types = (
        RESETS
        | VOICES
        | frozenset(
            {
                "DealWon",
                "DealLost",
                "DealMerged",
                "DealDiscarded",
                "DealPaused",
                "DealResumed",
                "EventCorrected",
                "EventRetracted",
            }
        )
    )
    tables = (lives, activity)

    def fold(self, have: Rows, events: Sequence[Recorded], story: Story) -> Rows:
        """The rows of a deal after `events`: its new signs, or all of them where it was read anew."""
        heads = have.get(lives.name)
        life = read_on(_life(heads[0]) if heads else None, events, story, self.types, step)
        if life is None:
            return {}
        if heads and life.anew:
            have[activity.name]  # what was read before is replaced
        deal = events[0].stream_id.bytes
        return {lives.name: [_head(deal, life)], activity.name: [_sign(deal, each) for each in life.signs]}


def _life(head: Row) -> Life:
    return Life(
        opened=head["opened"],
        read_to=head["read_to"],
        outcome=head["outcome"],
        paused=head["paused"],
        place=Place(head["pipeline"], head["revision"], head["stage"]),
        silent=None
        if head["since"] is None
        else Since(head["since"], head["since_at"], head["since_precision"]),
        theirs=tuple(loads(head["theirs"])),
    )


def _head(deal: bytes, life: Life) -> Row:
    return {
        "deal": deal,
        "opened": life.opened,
        "read_to": life.read_to,
        "outcome": life.outcome,
        "paused": life.paused,
        **columns(life.place),
        **_since(life.silent),
        "theirs": dumps(life.theirs),
    }


def _sign(deal: bytes, sign: Sign) -> Row:
    row = {"deal": deal, **columns(sign), **_since(sign.ended)}
    del row["ended"]
    return row


def _since(since: Since | None) -> Row:
    return NO_SILENCE if since is None else columns(since)
