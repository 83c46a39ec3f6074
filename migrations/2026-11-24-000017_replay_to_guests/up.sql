-- False for a reply about a record that lay outside the caller's jurisdictions when it was saved: a guest's, for example.
ALTER TABLE idempotency_keys ADD COLUMN within_reach boolean NOT NULL DEFAULT true;
