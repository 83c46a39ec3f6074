CREATE TABLE audit_entries_whole (
    id uuid CONSTRAINT audit_entries_whole_pkey PRIMARY KEY,
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
INSERT INTO audit_entries_whole SELECT * FROM audit_entries;
DROP TABLE audit_entries;
DROP FUNCTION keep_audit_months, attach_audit_month, create_audit_month, audit_month;
ALTER TABLE audit_entries_whole RENAME TO audit_entries;
ALTER TABLE audit_entries RENAME CONSTRAINT audit_entries_whole_pkey TO audit_entries_pkey;
CREATE INDEX audit_entries_by_record ON audit_entries (record_id, id);
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
