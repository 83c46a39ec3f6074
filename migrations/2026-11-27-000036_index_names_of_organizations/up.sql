CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS organizations_name_key_unique ON organizations (jurisdiction, kind, name_key(name)) WHERE status = 'active';
