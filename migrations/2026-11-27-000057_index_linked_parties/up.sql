CREATE INDEX CONCURRENTLY IF NOT EXISTS dispute_parties_by_subject ON dispute_parties (subject, dispute_id) WHERE subject IS NOT NULL;
