-- Who printed the first half of another letter, and its number: the one of before holds until somebody else prints the second half.
ALTER TABLE vote_heads ADD COLUMN begun_by text, ADD COLUMN begun smallint NOT NULL DEFAULT 0;
