DROP INDEX IF EXISTS dispute_parties_organizations;
