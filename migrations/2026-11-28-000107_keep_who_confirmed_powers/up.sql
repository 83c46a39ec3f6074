-- Whoever recorded a power does not vote by it.
ALTER TABLE vote_powers ADD COLUMN confirmed_by text;
