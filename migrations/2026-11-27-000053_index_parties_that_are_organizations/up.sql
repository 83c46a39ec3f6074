CREATE INDEX CONCURRENTLY IF NOT EXISTS dispute_parties_organizations ON dispute_parties (dispute_id, organization_id) WHERE organization_id IS NOT NULL;
