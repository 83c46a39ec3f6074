CREATE INDEX CONCURRENTLY learners_by_subject ON learners (subject) WHERE subject IS NOT NULL;
