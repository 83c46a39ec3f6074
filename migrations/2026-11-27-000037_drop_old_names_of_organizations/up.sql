DROP INDEX CONCURRENTLY IF EXISTS organizations_name_unique;
