CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS estates_name_key_unique ON estates (community_code, name_key(name));
