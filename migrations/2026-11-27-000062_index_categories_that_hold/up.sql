CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS dispute_categories_holding_unique ON dispute_categories (jurisdiction, code, valid_from) WHERE voided_on IS NULL;
