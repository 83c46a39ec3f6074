//! The structure of the database as SQL, read from its catalogs.

use tokio_postgres::Client;

const STATEMENTS: &str = "
WITH home AS (SELECT oid, nspname FROM pg_namespace WHERE nspname = 'public'),
tables AS (SELECT c.oid, c.relname FROM pg_class c JOIN home ON c.relnamespace = home.oid
    WHERE c.relkind IN ('r', 'p') AND c.relname <> '__diesel_schema_migrations'),
statements AS (
    SELECT 1 AS part, relname || ' ' AS place, 'CREATE TABLE ' || relname || E' (\\n' || (
        SELECT string_agg('    ' || attname || ' ' || format_type(atttypid, atttypmod)
            || CASE WHEN attcollation NOT IN (0, t.typcollation) THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END
            || CASE WHEN attgenerated = 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || ') STORED'
                WHEN attidentity <> '' THEN ' GENERATED ALWAYS AS IDENTITY'
                WHEN adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(adbin, adrelid) ELSE '' END
            || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END, E',\\n' ORDER BY attnum)
        FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_collation l ON l.oid = attcollation
            LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = tables.oid AND attnum > 0 AND NOT attisdropped) || E'\\n)'
        || coalesce(' PARTITION BY ' || pg_get_partkeydef(oid), '') AS sql FROM tables
    UNION ALL SELECT 1, relname || ' ' || conname, 'ALTER TABLE ' || relname || ' ADD CONSTRAINT ' || conname || ' '
        || pg_get_constraintdef(pg_constraint.oid) FROM pg_constraint JOIN tables ON conrelid = tables.oid WHERE contype NOT IN ('t', 'n')
    UNION ALL SELECT 2, relname || ' ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index JOIN tables ON indrelid = tables.oid
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    UNION ALL SELECT 3, relname, 'CREATE VIEW ' || relname || E' AS\\n' || rtrim(pg_get_viewdef(c.oid), ';')
        FROM pg_class c JOIN home ON relnamespace = home.oid WHERE relkind = 'v'
    UNION ALL SELECT 3, typname, 'CREATE TYPE ' || typname || ' AS RANGE (subtype = ' || format_type(rngsubtype, NULL) || ')'
        FROM pg_type t JOIN home ON typnamespace = home.oid JOIN pg_range ON rngtypid = t.oid
    UNION ALL SELECT 4, proname || ' ' || pg_get_function_identity_arguments(p.oid), rtrim(pg_get_functiondef(p.oid), E'\\n')
        FROM pg_proc p JOIN home ON pronamespace = home.oid JOIN pg_language l ON l.oid = prolang WHERE lanname <> 'internal'
    UNION ALL SELECT 5, relname || ' ' || tgname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN tables ON tgrelid = tables.oid
        WHERE NOT tgisinternal
    UNION ALL SELECT 6, sequencename, 'CREATE SEQUENCE ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
)
SELECT replace(sql, 'public.', '') || E';\\n' FROM statements ORDER BY part, place COLLATE \"C\"";

/// Tables with their constraints, indexes, views, types, functions, triggers and sequences, without the ledger of
/// migrations.
pub async fn structure(database: &Client) -> String {
    let rows = database.query(STATEMENTS, &[]).await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

/// The first line in which two structures differ.
pub fn difference<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    let longer = one.lines().count().max(other.lines().count());
    let padded = |text: &'a str| text.lines().chain(std::iter::repeat("")).take(longer);
    padded(one).zip(padded(other)).find(|(one, other)| one != other)
}
