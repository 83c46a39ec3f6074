-- To which cluster the database belongs. Ids of transactions have an order within the history of one cluster only: a dump that is
-- loaded into another one, and a standby that takes over, go on with other ids.
CREATE TABLE database_identity (
    only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT database_identity_is_one CHECK (only_one),
    system_identifier bigint NOT NULL,
    -- Another one each time that the database is adopted.
    epoch uuid NOT NULL,
    adopted_at timestamptz NOT NULL
);
INSERT INTO database_identity (system_identifier, epoch, adopted_at)
    SELECT system_identifier, gen_random_uuid(), now() FROM pg_control_system();

-- What cursors of the feed belong to: the cluster, its timeline, and the epoch.
CREATE FUNCTION database_history() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(' ', control.system_identifier, timeline.id, identity.epoch)
    FROM database_identity AS identity, pg_control_system() AS control, LATERAL (SELECT CASE
        WHEN pg_is_in_recovery() THEN (SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint())
        ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    END AS id) AS timeline
$$;
