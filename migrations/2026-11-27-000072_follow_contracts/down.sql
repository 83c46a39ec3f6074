DELETE FROM rules WHERE name LIKE 'contract\_%';
DELETE FROM rule_names WHERE name LIKE 'contract\_%';
CREATE OR REPLACE FUNCTION organization_ties(organization uuid, day date) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        (SELECT 'property_contract' FROM property_contracts
            WHERE organization_id = organization AND voided_on IS NULL AND coalesce(terminated_on, ends_on) >= day LIMIT 1),
        (SELECT 'owners_committee' FROM owners_committees
            WHERE organization_id = organization AND status NOT IN ('ended', 'dissolved') LIMIT 1),
        (SELECT 'grid_enrollment' FROM grid_enrollments
            WHERE organization_id = organization AND status <> 'left' LIMIT 1),
        (SELECT 'organization' FROM organizations
            WHERE status = 'active' AND (parent_id = organization OR party_organization_id = organization) LIMIT 1)
    ], NULL)
$$;
CREATE OR REPLACE VIEW cross_appointments AS
    SELECT p.organization_id AS enterprise_id, c.estate_id, c.id AS committee_id, m.phone_digits
    FROM owners_committees c
    JOIN owners_committee_members m ON m.committee_id = c.id AND m.left_on IS NULL
    JOIN property_contracts p ON p.estate_id = c.estate_id
    JOIN organization_staff s ON s.organization_id = p.organization_id AND s.phone_digits = m.phone_digits
    WHERE c.status NOT IN ('ended', 'dissolved') AND p.voided_on IS NULL
        AND coalesce(p.terminated_on, p.ends_on) >= greatest(m.starts_on, s.registered_on);
DROP FUNCTION contract_days;
-- What cannot be told any more goes.
DELETE FROM property_contracts WHERE basis = 'emergency' OR terminated_on > ends_on;
ALTER TABLE property_contracts
    DROP CONSTRAINT property_contracts_notice_known,
    DROP CONSTRAINT property_contracts_filed_with_number,
    DROP CONSTRAINT property_contracts_continued_after_term,
    DROP CONSTRAINT property_contracts_terminated_within_term,
    ADD CONSTRAINT property_contracts_terminated_within_term CHECK (terminated_on >= starts_on AND terminated_on <= ends_on),
    DROP CONSTRAINT property_contracts_basis_known,
    ADD CONSTRAINT property_contracts_basis_known CHECK (basis IN ('preliminary', 'owners')),
    DROP COLUMN signed_on, DROP COLUMN filing_due_on, DROP COLUMN filed_on, DROP COLUMN filing_number, DROP COLUMN continued_on,
    DROP COLUMN notice_by, DROP COLUMN notice_on, DROP COLUMN notice_agreed, DROP COLUMN handover_due_on;
