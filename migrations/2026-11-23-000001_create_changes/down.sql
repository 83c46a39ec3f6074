DROP TABLE idempotency_keys;
DROP TABLE audit_entries;
DROP TABLE changes;
DROP FUNCTION feed_horizon();
DROP FUNCTION refuse_change();
