DROP PROCEDURE update_in_batches;
ALTER TABLE dispute_guests DROP COLUMN name;
