-- The index of an exclusion cannot be built beside running work: a city has some thousands of contracts, which takes a moment.
DO $$ BEGIN
    ALTER TABLE property_contracts DROP CONSTRAINT property_contracts_one_enterprise_at_a_time,
        ADD CONSTRAINT property_contracts_one_enterprise_at_a_time EXCLUDE USING gist (
            uuidrange(estate_id, estate_id, '[]') WITH &&, daterange(starts_on, coalesce(terminated_on, ends_on), '[]') WITH &&
        ) WHERE (voided_on IS NULL);
    ALTER TABLE property_contracts VALIDATE CONSTRAINT property_contracts_voided_with_reason;
    ALTER TABLE rules VALIDATE CONSTRAINT rules_voided_with_reason;
    ALTER TABLE dispute_categories VALIDATE CONSTRAINT dispute_categories_voided_with_reason;
    ALTER TABLE calendar_years VALIDATE CONSTRAINT calendar_years_voided_with_reason;
    ALTER TABLE responsibilities VALIDATE CONSTRAINT responsibilities_status_known;
    ALTER TABLE responsibilities VALIDATE CONSTRAINT responsibilities_voided_with_reason;
END $$;
