"""The tables of a PostgreSQL store, and the triggers that keep its events from ever changing."""

SCHEMA_VERSION = 2
"""In `store.schema_version`; a store with a greater one was written by a newer dealtrail."""

SCHEMA = "dealtrail"
"""The schema of a store; one database holds one store."""

COLUMNS = "position, stream_id, version, type, state, recorded_at, digest, command_id, nth, fingerprint"

VIEWS = "dealtrail_views"
"""The schema of the read models, unless they have a database of their own."""

ADVISORY = 0x6465616C7472616C
"""The advisory lock ("dealtral") under which a store is made or upgraded: one process at a time."""

_FIRST = (
    f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
    f"""
    CREATE TABLE {SCHEMA}.events (
        position bigint PRIMARY KEY,
        stream_id uuid NOT NULL,
        version bigint NOT NULL,
        type text COLLATE "C" NOT NULL,
        state bytea NOT NULL,
        recorded_at bigint NOT NULL,
        digest bytea NOT NULL,
        command_id text COLLATE "C" NOT NULL,
        nth integer NOT NULL,
        fingerprint bytea NOT NULL
    )
    """,
    f"CREATE UNIQUE INDEX events_of_a_stream ON {SCHEMA}.events (stream_id, version)",
    f"CREATE UNIQUE INDEX events_of_a_command ON {SCHEMA}.events (command_id, nth)",
    f"""
    CREATE TABLE {SCHEMA}.log_head (
        one integer PRIMARY KEY CHECK (one = 1),
        position bigint NOT NULL,
        digest bytea NOT NULL,
        recorded_at bigint
    ) WITH (fillfactor = 50)
    """,
    f"""
    CREATE TABLE {SCHEMA}.store (
        one integer PRIMARY KEY CHECK (one = 1),
        store_id uuid NOT NULL,
        timezone text NOT NULL,
        created_at bigint NOT NULL,
        schema_version integer NOT NULL
    )
    """,
    f"""
    CREATE FUNCTION {SCHEMA}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% on %: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0];
    END $$
    """,
    # The head moves last, in the transaction of the events that it stands for: it stands at the last of them,
    # and the first follows where it stood. To compute each digest again here would add a third to an append.
    f"""
    CREATE FUNCTION {SCHEMA}.head_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.position <= OLD.position OR NEW.recorded_at < OLD.recorded_at
            OR NOT EXISTS (
                SELECT 1 FROM {SCHEMA}.events WHERE position = NEW.position
                    AND digest = NEW.digest AND recorded_at = NEW.recorded_at)
            OR NOT EXISTS (SELECT 1 FROM {SCHEMA}.events WHERE position = OLD.position + 1)
        THEN
            RAISE EXCEPTION 'the log only grows, and its head stands at its last event';
        END IF;
        PERFORM pg_notify('{SCHEMA}', NEW.position::text);
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.events
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse('events are never changed')
    """,
    f"""
    CREATE TRIGGER log_head_only_grows AFTER UPDATE ON {SCHEMA}.log_head
        FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.head_moved()
    """,
    f"""
    CREATE TRIGGER log_head_is_never_deleted BEFORE DELETE OR TRUNCATE ON {SCHEMA}.log_head
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse('the log has one head')
    """,
    f"""
    CREATE TRIGGER store_is_never_changed BEFORE DELETE OR TRUNCATE ON {SCHEMA}.store
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse('a store keeps its id and time zone')
    """,
    f"""
    CREATE TRIGGER store_keeps_its_id BEFORE UPDATE ON {SCHEMA}.store FOR EACH ROW
        WHEN ((OLD.store_id, OLD.timezone, OLD.created_at)
            IS DISTINCT FROM (NEW.store_id, NEW.timezone, NEW.created_at))
        EXECUTE FUNCTION {SCHEMA}.refuse('a store keeps its id and time zone')
    """,
)

_SECOND = (
    f"""
    CREATE TABLE {SCHEMA}.relay_marks (
        nth bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        position bigint NOT NULL,
        digest bytea NOT NULL,
        marked_at bigint NOT NULL
    )
    """,
    f"""
    CREATE TRIGGER relay_marks_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.relay_marks
        FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse('marks of the relay are only added')
    """,
    # Who may make operators in a schema of its own must not give what the trigger compares another meaning.
    f"ALTER FUNCTION {SCHEMA}.head_moved() SET search_path = pg_catalog, pg_temp",
    # Whoever could record before the upgrade can do so after it.
    f"""
    DO $$
    DECLARE who oid;
    BEGIN
        FOR who IN SELECT DISTINCT granted.grantee
            FROM pg_class events, aclexplode(events.relacl) granted
            WHERE events.oid = '{SCHEMA}.events'::regclass AND granted.privilege_type = 'INSERT'
                AND granted.grantee NOT IN (0, events.relowner)
        LOOP
            EXECUTE format('GRANT SELECT, INSERT ON {SCHEMA}.relay_marks TO %I', pg_get_userbyid(who));
        END LOOP;
    END $$
    """,
)

STEPS = {1: _FIRST, 2: _SECOND}
"""What makes a store of each version out of one of the version before, run by the role that owns it."""

GRANTS = (
    f"GRANT USAGE ON SCHEMA {SCHEMA} TO {{role}}",
    f"GRANT SELECT, INSERT ON {SCHEMA}.events TO {{role}}",
    f"GRANT SELECT, UPDATE ON {SCHEMA}.log_head TO {{role}}",
    f"GRANT SELECT ON {SCHEMA}.store TO {{role}}",
    f"GRANT SELECT, INSERT ON {SCHEMA}.relay_marks TO {{role}}",
    f"CREATE SCHEMA IF NOT EXISTS {VIEWS}",
    # To give something away needs the right to become its new owner. What was given away once stays there.
    f"""
    DO $hand_over$
    BEGIN
        IF (SELECT count(DISTINCT nspowner) = 1 FROM pg_namespace WHERE nspname IN ('{SCHEMA}', '{VIEWS}')) THEN
            ALTER SCHEMA {VIEWS} OWNER TO {{role}};
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL;
    END $hand_over$
    """,
    f"GRANT USAGE, CREATE ON SCHEMA {VIEWS} TO {{role}}",
)
"""All that a role needs that records and reads, but owns nothing of the log; read models are its own.

Their schema becomes its own too, where whoever grants may do that; the first role that it is granted to keeps it.
"""
