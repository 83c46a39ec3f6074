ALTER TABLE idempotency_keys DROP COLUMN within_reach;
