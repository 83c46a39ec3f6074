-- How a contract is filed, goes on without term, and ends by notice.
ALTER TABLE property_contracts
    ADD COLUMN signed_on date,
    ADD COLUMN filing_due_on date,
    ADD COLUMN filed_on date,
    ADD COLUMN filing_number text,
    ADD COLUMN continued_on date,
    ADD COLUMN notice_by text,
    ADD COLUMN notice_on date,
    ADD COLUMN notice_agreed boolean,
    ADD COLUMN handover_due_on date,
    DROP CONSTRAINT property_contracts_basis_known,
    ADD CONSTRAINT property_contracts_basis_known CHECK (basis IN ('preliminary', 'owners', 'emergency')) NOT VALID,
    DROP CONSTRAINT property_contracts_terminated_within_term,
    ADD CONSTRAINT property_contracts_terminated_within_term CHECK (terminated_on >= starts_on
        AND (continued_on IS NOT NULL OR terminated_on <= ends_on)) NOT VALID,
    ADD CONSTRAINT property_contracts_continued_after_term CHECK (continued_on > ends_on) NOT VALID,
    ADD CONSTRAINT property_contracts_filed_with_number CHECK (num_nonnulls(filed_on, filing_number) IN (0, 2)
        AND char_length(filing_number) <= 50) NOT VALID,
    ADD CONSTRAINT property_contracts_notice_known CHECK (num_nonnulls(notice_by, notice_on, notice_agreed) IN (0, 3)
        AND notice_by IN ('enterprise', 'owners')) NOT VALID;
CREATE OR REPLACE FUNCTION contract_days(starts_on date, ends_on date, continued_on date, terminated_on date) RETURNS daterange
LANGUAGE sql IMMUTABLE AS $$
    SELECT daterange(starts_on, coalesce(terminated_on, CASE WHEN continued_on IS NULL THEN ends_on END), '[]')
$$;
CREATE OR REPLACE VIEW cross_appointments AS
    SELECT p.organization_id AS enterprise_id, c.estate_id, c.id AS committee_id, m.phone_digits
    FROM owners_committees c
    JOIN owners_committee_members m ON m.committee_id = c.id AND m.left_on IS NULL
    JOIN property_contracts p ON p.estate_id = c.estate_id
    JOIN organization_staff s ON s.organization_id = p.organization_id AND s.phone_digits = m.phone_digits
    WHERE c.status NOT IN ('ended', 'dissolved') AND p.voided_on IS NULL
        AND (p.continued_on IS NOT NULL AND p.terminated_on IS NULL
            OR coalesce(p.terminated_on, p.ends_on) >= greatest(m.starts_on, s.registered_on));
CREATE OR REPLACE FUNCTION organization_ties(organization uuid, day date) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        (SELECT 'property_contract' FROM property_contracts
            WHERE organization_id = organization AND voided_on IS NULL AND (coalesce(terminated_on, ends_on) >= day
                OR continued_on IS NOT NULL AND terminated_on IS NULL) LIMIT 1),
        (SELECT 'owners_committee' FROM owners_committees
            WHERE organization_id = organization AND status NOT IN ('ended', 'dissolved') LIMIT 1),
        (SELECT 'grid_enrollment' FROM grid_enrollments
            WHERE organization_id = organization AND status <> 'left' LIMIT 1),
        (SELECT 'organization' FROM organizations
            WHERE status = 'active' AND (parent_id = organization OR party_organization_id = organization) LIMIT 1)
    ], NULL)
$$;
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('contract_filing_days', 10, 1, 30, '物业服务合同备案，由各地规定'),
    ('contract_enterprise_notice_days', 90, 90, 365, '民法典第九百四十七条：物业服务人不同意续聘的书面通知'),
    ('contract_owners_notice_days', 60, 60, 365, '民法典第九百四十六条：业主解聘的书面通知'),
    ('contract_open_notice_days', 60, 60, 365, '民法典第九百四十八条：不定期物业服务合同的解除通知'),
    ('contract_handover_days', 30, 1, 90, '物业服务退出与交接，由各地规定'),
    ('contract_emergency_months', 6, 1, 6, '应急物业服务，由各地规定');
