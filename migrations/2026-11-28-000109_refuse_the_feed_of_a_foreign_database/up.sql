-- Nobody reads the feed of a database that was loaded from another one's dump before it is adopted: its transaction ids mean nothing
-- here, and what lies behind them would never be told.
CREATE OR REPLACE FUNCTION database_history()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    told text;
BEGIN
    SELECT concat_ws(' ', control.system_identifier, timeline.id, identity.epoch) INTO told
    FROM database_identity AS identity, pg_control_system() AS control, LATERAL (SELECT CASE
        WHEN pg_is_in_recovery() THEN (SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint())
        ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    END AS id) AS timeline, pg_database AS own
    WHERE own.datname = current_database() AND identity.system_identifier = control.system_identifier
        AND identity.database_oid IS NOT DISTINCT FROM own.oid::bigint;
    IF told IS NULL THEN
        RAISE EXCEPTION 'the database was made in another cluster: run sihe adopt-database' USING ERRCODE = 'cannot_connect_now';
    END IF;
    RETURN told;
END
$function$;
