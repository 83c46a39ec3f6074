DELETE FROM vote_powers WHERE slot IS NULL;
ALTER TABLE vote_powers DROP COLUMN ending_paper, DROP COLUMN ending_by, ALTER COLUMN slot SET NOT NULL;
ALTER TABLE vote_papers DROP COLUMN letters;
