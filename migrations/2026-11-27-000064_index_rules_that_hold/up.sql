CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS rules_holding_unique ON rules (jurisdiction, name, valid_from) WHERE voided_on IS NULL;
