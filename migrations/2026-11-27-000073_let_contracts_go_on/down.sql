-- What goes on without term stands in nobody's way any more.
ALTER TABLE property_contracts DROP CONSTRAINT property_contracts_one_enterprise_at_a_time,
    ADD CONSTRAINT property_contracts_one_enterprise_at_a_time EXCLUDE USING gist (
        uuidrange(estate_id, estate_id, '[]') WITH &&, daterange(starts_on, coalesce(terminated_on, ends_on), '[]') WITH &&
    ) WHERE (voided_on IS NULL);
