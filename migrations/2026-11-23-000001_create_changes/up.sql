-- The change feed. Rows are read in the order (tx, seq), and only below the oldest transaction
-- that is still running, so that a slow writer's rows are never passed over.
CREATE TABLE changes (
    tx bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    op text NOT NULL CONSTRAINT changes_op_known CHECK (op IN ('upsert', 'removed')),
    reason text,
    version bigint NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    moved_to text COLLATE "C",
    changed_at timestamptz NOT NULL,
    data text,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    PRIMARY KEY (tx, seq),
    CONSTRAINT changes_upsert_has_data CHECK (op = 'removed' OR data IS NOT NULL)
);
CREATE INDEX changes_by_district ON changes (district_code, tx, seq);
CREATE INDEX changes_by_street ON changes (street_code, tx, seq);
CREATE INDEX changes_by_record ON changes (record_id, kind, tx, seq);

CREATE FUNCTION feed_horizon() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;

CREATE TABLE audit_entries (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    caller text NOT NULL,
    client_id text,
    role text NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    request_id uuid NOT NULL,
    before json,
    after json
);
CREATE INDEX audit_entries_by_record ON audit_entries (record_id, id);

CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    body text NOT NULL,
    location text,
    version bigint NOT NULL,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING brin (created_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
