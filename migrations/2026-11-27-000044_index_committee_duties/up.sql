CREATE INDEX CONCURRENTLY IF NOT EXISTS owners_committees_by_due ON owners_committees (next_due_on) WHERE next_due_on IS NOT NULL;
