-- As with what was voided: a city has some thousands of contracts, which takes a moment.
DO $$ BEGIN
    ALTER TABLE property_contracts DROP CONSTRAINT property_contracts_one_enterprise_at_a_time,
        ADD CONSTRAINT property_contracts_one_enterprise_at_a_time EXCLUDE USING gist (
            uuidrange(estate_id, estate_id, '[]') WITH &&, contract_days(starts_on, ends_on, continued_on, terminated_on) WITH &&
        ) WHERE (voided_on IS NULL);
    ALTER TABLE property_contracts VALIDATE CONSTRAINT property_contracts_basis_known;
    ALTER TABLE property_contracts VALIDATE CONSTRAINT property_contracts_terminated_within_term;
    ALTER TABLE property_contracts VALIDATE CONSTRAINT property_contracts_continued_after_term;
    ALTER TABLE property_contracts VALIDATE CONSTRAINT property_contracts_filed_with_number;
    ALTER TABLE property_contracts VALIDATE CONSTRAINT property_contracts_notice_known;
END $$;
