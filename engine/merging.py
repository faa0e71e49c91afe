"""The other side of a merger: what the deal that absorbs another records in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.deal.merging import absorbed
from domain.deal.outcome import MergeInto
from domain.deal.reading import standing
from domain.deal.story import fold
from domain.errors import BadInput, NotFound
from domain.event import Event, Precision, Recorded
from engine.orders import Beside
from engine.timing import TooEarly, reading_time


def by_id(command: MergeInto) -> MergeInto:
    """The same, with the other deal named as it is stored; BadInput where that is no UUID."""
    try:
        return command.model_copy(update={"into": str(UUID(command.into))})
    except ValueError:
        raise BadInput(
            f"{command.into!r} is no deal's UUID. Name the deal that this one goes on in by its UUID."
        ) from None


def absorbing(command: MergeInto, deal_id: UUID, precision: Precision) -> Beside:
    """What is decided beside the merging of `deal_id`: the other deal absorbs it, or may not."""

    def decided(story: Sequence[Recorded], at: datetime) -> Sequence[Event]:
        into = fold(story)
        if into is None:
            raise NotFound(
                f"There is no deal {command.into} to merge into. `dealtrail deal list` shows those there are."
            )
        opened = standing(story)[0].at
        if reading_time(story, at, precision) < opened:
            raise TooEarly(at, opened, "the deal that it goes on in was opened")
        return absorbed(command, str(deal_id), into)

    return Beside(UUID(command.into), decided)
