"""Where a relay begins: at the position that Kafka keeps, which is never taken for 0 when it is gone."""

from collections.abc import Sequence

from consumers.kafka_client import Record
from consumers.relay.names import Names
from consumers.relay.position import Position, beginning, check_store, saved_position
from consumers.relay.topic_ends import last_records, position_in
from consumers.wire import header, outgoing
from domain.errors import NotFound, StoreForeign
from engine.log import Log
from engine.settings import Settings


def starting_position(log: Log, settings: Settings, names: Names, *, from_mark: bool) -> Position:
    """The position that was committed last, after it was compared with the store.

    Without one, or where nothing was relayed yet: the beginning, where the topics are empty; else NotFound,
    or with `from_mark` the last event that lies in the topics, after it and the store's last mark were compared
    with the store. To be asked after `init_transactions`: before it, the last transaction of another relay may
    still be ended either way.
    """
    saved = saved_position(settings, names)
    if saved is not None:
        check_store(log, saved, names)
        if saved.position > 0:
            return saved
    records = last_records(settings, names)
    if not records:
        return beginning(log)
    _check_source(records, names)
    if not from_mark:
        raise _missing(log, names)
    return _found_again(log, records, names)


def _check_source(records: Sequence[Record], names: Names) -> None:
    for record in records:
        source = header(record.headers, "ce_source")
        if source != f"/dealtrail/{names.store_id}":
            raise StoreForeign(
                f"The topic {record.topic} holds events of another store ({source or 'without a ce_source'}), "
                f"this one is /dealtrail/{names.store_id}. Nothing was sent. Give every store topics of its own with "
                "DEALTRAIL_TOPIC_PREFIX, then run `dealtrail relay init`."
            )


def _missing(log: Log, names: Names) -> NotFound:
    mark = next(iter(log.relay_marks(1)), None)
    known = (
        "The store has no mark of it either"
        if mark is None
        else f"The store's last mark says position {mark.position} ({mark.marked_at.isoformat(timespec='seconds')})"
    )
    return NotFound(
        f"Kafka has no position for the group {names.group}, though the topic {names.topics.deals} holds events: "
        f"it forgets the position of a relay that was off for longer than offsets.retention.minutes. {known}. "
        "Nothing was sent. `dealtrail relay run --from-mark` finds the last event in the topics, compares it with the "
        "store, and goes on behind it."
    )


def _found_again(log: Log, records: Sequence[Record], names: Names) -> Position:
    """Behind the last event in the topics: transactions are committed in order, so that all before it are there."""
    last = max(records, key=position_in)
    position = position_in(last)
    mark = next(iter(log.relay_marks(1)), None)
    if mark is not None:
        check_store(log, Position(mark.position, mark.digest), names)
        if mark.position > position:
            raise NotFound(
                f"The topics end with the event at position {position}, but the store's last mark says that all "
                f"up to {mark.position} were relayed: the topics have lost events. Nothing was sent. Relay the store "
                "to new topics under another DEALTRAIL_TOPIC_PREFIX (docs/relay.md)."
            )
    row = log.row_at(position)
    if row is None or outgoing(row, names.store_id).value != last.value:
        raise StoreForeign(
            f"The last event in the topics has position {position} (topic {last.topic}, partition {last.partition}, "
            f"offset {last.offset}), and the store {log.info.url} holds another one there, or none. It was restored "
            "from a backup, or is a copy that others wrote to. Nothing was sent: see docs/relay.md."
        )
    return Position(position, row.digest)
