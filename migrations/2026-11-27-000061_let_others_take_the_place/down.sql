-- What was voided cannot stand beside what took its place.
DELETE FROM property_contracts WHERE voided_on IS NOT NULL;
ALTER TABLE property_contracts DROP CONSTRAINT property_contracts_one_enterprise_at_a_time,
    ADD CONSTRAINT property_contracts_one_enterprise_at_a_time EXCLUDE USING gist (
        uuidrange(estate_id, estate_id, '[]') WITH &&, daterange(starts_on, coalesce(terminated_on, ends_on), '[]') WITH &&
    );
