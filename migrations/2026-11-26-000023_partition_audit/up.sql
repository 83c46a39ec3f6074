-- The audit lies in one table for each month, in Shanghai's time, so that a month can go to a file and come back.
-- What no month takes lies in `audit_entries_rest`; `upkeep` makes the months.
ALTER TABLE audit_entries RENAME TO audit_entries_before;
ALTER TABLE audit_entries_before RENAME CONSTRAINT audit_entries_pkey TO audit_entries_before_pkey;
ALTER INDEX audit_entries_by_record RENAME TO audit_entries_before_by_record;

CREATE TABLE audit_entries (
    id uuid NOT NULL,
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
    after json,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_entries_by_record ON audit_entries (record_id, id);
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE audit_entries_rest PARTITION OF audit_entries DEFAULT;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries_rest
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION audit_month(month date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'audit_entries_' || to_char(month, 'YYYY_MM')
$$;

-- A table for a month, which is no part of the audit yet.
CREATE FUNCTION create_audit_month(month date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE audit_entries INCLUDING ALL)', audit_month(month));
    EXECUTE format('CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', audit_month(month));
END
$$;

CREATE FUNCTION attach_audit_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    begins timestamptz := month::timestamp AT TIME ZONE 'Asia/Shanghai';
    ends timestamptz := (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai';
BEGIN
    EXECUTE format('ALTER TABLE audit_entries ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', audit_month(month), begins, ends);
END
$$;

-- Makes the month of a time, the two that follow, and those of entries that no month has taken yet.
CREATE FUNCTION keep_audit_months(now timestamptz) RETURNS void LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
    this date := date_trunc('month', now AT TIME ZONE 'Asia/Shanghai');
    month date;
    months date[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '.audit_months', 0));
    -- An entry on its way to the rest would be refused there when its month appears: entries wait for the moment.
    IF to_regclass(audit_month(this)) IS NULL OR EXISTS (SELECT FROM audit_entries_rest) THEN
        LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE;
    END IF;
    months := ARRAY(
        SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date FROM audit_entries_rest
        UNION SELECT (this + make_interval(months => ahead))::date FROM generate_series(0, 2) AS ahead);
    FOREACH month IN ARRAY months LOOP
        CONTINUE WHEN to_regclass(audit_month(month)) IS NOT NULL;
        PERFORM create_audit_month(month);
        IF EXISTS (SELECT FROM audit_entries_rest WHERE date_trunc('month', at AT TIME ZONE 'Asia/Shanghai') = month) THEN
            ALTER TABLE audit_entries_rest DISABLE TRIGGER audit_entries_append_only;
            EXECUTE format('WITH taken AS (DELETE FROM audit_entries_rest '
                'WHERE date_trunc(''month'', at AT TIME ZONE ''Asia/Shanghai'') = %L RETURNING *) INSERT INTO %I SELECT * FROM taken',
                month, audit_month(month));
            ALTER TABLE audit_entries_rest ENABLE TRIGGER audit_entries_append_only;
        END IF;
        PERFORM attach_audit_month(month);
    END LOOP;
END
$$;

INSERT INTO audit_entries SELECT * FROM audit_entries_before;
DROP TABLE audit_entries_before;
SELECT keep_audit_months(max(at)) FROM audit_entries HAVING count(*) > 0;
