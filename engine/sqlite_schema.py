"""The tables of a SQLite store, and the triggers that keep its events from ever changing."""

SCHEMA_VERSION = 2
"""In `PRAGMA user_version`; a store with a greater one was written by a newer dealtrail."""

APPLICATION_ID = 0x444C5452
"""In `PRAGMA application_id` (“DLTR”): says that a SQLite file is a dealtrail store."""

COLUMNS = "position, stream_id, version, type, state, recorded_at, digest, command_id, nth, fingerprint"

INSERT = f"INSERT INTO events ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_FIRST = (
    """
    CREATE TABLE events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        stream_id BLOB NOT NULL,
        version INTEGER NOT NULL,
        type TEXT NOT NULL,
        state BLOB NOT NULL,
        recorded_at INTEGER NOT NULL,
        digest BLOB NOT NULL,
        command_id TEXT NOT NULL,
        nth INTEGER NOT NULL,
        fingerprint BLOB NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX events_of_a_stream ON events (stream_id, version)",
    "CREATE UNIQUE INDEX events_of_a_command ON events (command_id, nth)",
    """
    CREATE TABLE log_head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        position INTEGER NOT NULL,
        digest BLOB NOT NULL,
        recorded_at INTEGER
    )
    """,
    """
    CREATE TABLE store (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        store_id TEXT NOT NULL,
        timezone TEXT NOT NULL,
        created_at INTEGER NOT NULL
    )
    """,
    # One trigger for these rules: one each costs more than the rules do. They also refuse a REPLACE, which
    # deletes the row in its way without asking a DELETE trigger: triggers run before conflicts are resolved.
    """
    CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
    WHEN NEW.position IS NOT (SELECT position + 1 FROM log_head)
        OR NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events)
        OR NEW.version IS NOT (
            SELECT coalesce(max(version), 0) + 1 FROM events WHERE stream_id = NEW.stream_id
        )
        OR EXISTS (SELECT 1 FROM events WHERE command_id = NEW.command_id AND nth = NEW.nth)
    BEGIN SELECT RAISE(ABORT, 'an event takes the next position and version, and a new command id'); END
    """,
    """
    CREATE TRIGGER events_move_the_head AFTER INSERT ON events
    BEGIN
        UPDATE log_head SET position = NEW.position, digest = NEW.digest, recorded_at = NEW.recorded_at;
    END
    """,
    """
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
    """,
    """
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END
    """,
    """
    CREATE TRIGGER log_head_only_grows BEFORE UPDATE ON log_head
    WHEN NEW.position IS NULL OR NEW.position <= OLD.position
    BEGIN SELECT RAISE(ABORT, 'the log only grows'); END
    """,
    """
    CREATE TRIGGER log_head_is_one_row BEFORE INSERT ON log_head
    WHEN EXISTS (SELECT 1 FROM log_head)
    BEGIN SELECT RAISE(ABORT, 'the log has one head'); END
    """,
    """
    CREATE TRIGGER log_head_is_never_deleted BEFORE DELETE ON log_head
    BEGIN SELECT RAISE(ABORT, 'the head is never deleted'); END
    """,
    """
    CREATE TRIGGER store_is_one_row BEFORE INSERT ON store
    WHEN EXISTS (SELECT 1 FROM store)
    BEGIN SELECT RAISE(ABORT, 'a store is created once'); END
    """,
    """
    CREATE TRIGGER store_is_never_changed BEFORE UPDATE ON store
    BEGIN SELECT RAISE(ABORT, 'a store keeps its id and time zone'); END
    """,
    """
    CREATE TRIGGER store_is_never_deleted BEFORE DELETE ON store
    BEGIN SELECT RAISE(ABORT, 'a store keeps its id and time zone'); END
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_RELAY = (
    """
    CREATE TABLE relay_marks (
        nth INTEGER PRIMARY KEY AUTOINCREMENT,
        position INTEGER NOT NULL,
        digest BLOB NOT NULL,
        marked_at INTEGER NOT NULL
    )
    """,
    """
    CREATE TRIGGER relay_marks_are_only_added BEFORE INSERT ON relay_marks
    WHEN EXISTS (SELECT 1 FROM relay_marks WHERE nth = NEW.nth)
    BEGIN SELECT RAISE(ABORT, 'marks of the relay are only added'); END
    """,
    """
    CREATE TRIGGER relay_marks_are_never_changed BEFORE UPDATE ON relay_marks
    BEGIN SELECT RAISE(ABORT, 'marks of the relay are never changed'); END
    """,
    """
    CREATE TRIGGER relay_marks_are_never_deleted BEFORE DELETE ON relay_marks
    BEGIN SELECT RAISE(ABORT, 'marks of the relay are never deleted'); END
    """,
)

STEPS = {1: _FIRST, 2: _RELAY}
"""What makes a store of each version out of one of the version before."""
