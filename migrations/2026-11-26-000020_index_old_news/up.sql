-- Rows come in the order of time: a few bytes a block tell where the old ones are, which are cut back every hour.
CREATE INDEX changes_by_age ON changes USING brin (changed_at);
