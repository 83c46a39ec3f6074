CREATE INDEX CONCURRENTLY IF NOT EXISTS owner_votes_by_consultation ON owner_votes ((preparation->>'consultation_id'))
    WHERE preparation->>'consultation_id' IS NOT NULL;
