CREATE INDEX CONCURRENTLY IF NOT EXISTS vote_effects_by_record ON vote_effects (record_id);
