ALTER TABLE vote_papers DROP COLUMN form;
