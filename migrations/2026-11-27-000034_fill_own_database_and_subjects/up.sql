DO $fill$
BEGIN
    UPDATE database_identity SET database_oid = (SELECT oid FROM pg_database WHERE datname = current_database());
    CALL update_in_batches('mediators', 'id',
        $$linked_subjects = jsonb_build_array(subject)$$, $$linked_subjects = '[]' AND subject IS NOT NULL$$);
END
$fill$;
