CREATE OR REPLACE FUNCTION database_history()
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
    SELECT concat_ws(' ', control.system_identifier, timeline.id, identity.epoch)
    FROM database_identity AS identity, pg_control_system() AS control, LATERAL (SELECT CASE
        WHEN pg_is_in_recovery() THEN (SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint())
        ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    END AS id) AS timeline
$function$;
