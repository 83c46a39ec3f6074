ALTER TABLE vote_powers DROP COLUMN confirmed_by;
