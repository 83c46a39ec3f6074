CREATE INDEX CONCURRENTLY IF NOT EXISTS learners_by_subject ON learners (subject) WHERE subject IS NOT NULL;
