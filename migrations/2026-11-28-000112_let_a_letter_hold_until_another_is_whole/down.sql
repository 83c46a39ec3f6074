UPDATE vote_heads SET letters = begun, printed_by = begun_by, completed_by = NULL, agent = NULL, delivered_on = NULL
WHERE begun_by IS NOT NULL;
ALTER TABLE vote_heads DROP COLUMN begun, DROP COLUMN begun_by;
