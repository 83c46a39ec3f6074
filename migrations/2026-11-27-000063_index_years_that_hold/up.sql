CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS calendar_years_holding_unique ON calendar_years (jurisdiction, year) WHERE voided_on IS NULL;
