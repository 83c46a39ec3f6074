CREATE INDEX CONCURRENTLY IF NOT EXISTS duties_by_vote ON duties (vote_id, updated_at DESC, id DESC) WHERE vote_id IS NOT NULL;
