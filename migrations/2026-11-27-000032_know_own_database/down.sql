ALTER TABLE database_identity DROP COLUMN database_oid;
