-- Who a person is who sees a case, for those who do not learn by which subject somebody signs in.
ALTER TABLE dispute_guests ADD COLUMN name text;

-- Changes the rows of a table a few at a time, so that nobody waits for them long. `key` is an indexed column of ids.
CREATE PROCEDURE update_in_batches(target regclass, key name, new_values text, condition text) LANGUAGE plpgsql AS $$
DECLARE
    last uuid := '00000000-0000-0000-0000-000000000000';
    next uuid;
BEGIN
    LOOP
        EXECUTE format('SELECT k FROM (SELECT %1$I AS k FROM %2$s WHERE %1$I > $1 ORDER BY k LIMIT 500) AS batch ORDER BY k DESC LIMIT 1',
            key, target) INTO next USING last;
        EXIT WHEN next IS NULL;
        EXECUTE format('UPDATE %2$s SET %3$s WHERE %1$I > $1 AND %1$I <= $2 AND (%4$s)', key, target, new_values, condition)
            USING last, next;
        COMMIT;
        last := next;
    END LOOP;
END $$;
