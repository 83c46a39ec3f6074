-- Where the record of a saved reply was, for those of which the feed does not tell.
ALTER TABLE idempotency_keys ADD COLUMN jurisdiction text COLLATE "C";
