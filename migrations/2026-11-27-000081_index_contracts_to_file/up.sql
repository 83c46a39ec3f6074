CREATE INDEX CONCURRENTLY IF NOT EXISTS property_contracts_to_file ON property_contracts (district_code, filing_due_on)
    WHERE filed_on IS NULL AND voided_on IS NULL AND filing_due_on IS NOT NULL;
