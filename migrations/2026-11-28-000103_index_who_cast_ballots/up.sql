CREATE INDEX CONCURRENTLY IF NOT EXISTS vote_ballots_by_caster ON vote_ballots (vote_id, cast_by) WHERE counts AND cast_by IS NOT NULL;
