CREATE OR REPLACE VIEW cross_appointments AS
    SELECT p.organization_id AS enterprise_id, c.estate_id, c.id AS committee_id, m.phone_digits
    FROM owners_committees c
    JOIN owners_committee_members m ON m.committee_id = c.id AND m.left_on IS NULL
    JOIN property_contracts p ON p.estate_id = c.estate_id
    JOIN organization_staff s ON s.organization_id = p.organization_id AND s.phone_digits = m.phone_digits
    WHERE c.status NOT IN ('ended', 'dissolved')
        AND coalesce(p.terminated_on, p.ends_on) >= greatest(m.starts_on, s.registered_on);

CREATE OR REPLACE VIEW organizations_at_work AS
    SELECT organization_id, jurisdiction, city_code, district_code, street_code, community_code FROM property_contracts
    UNION ALL
    SELECT organization_id, jurisdiction, city_code, district_code, street_code, community_code FROM mediations
    UNION ALL
    SELECT p.organization_id, d.jurisdiction, d.city_code, d.district_code, d.street_code, d.community_code
    FROM disputes d
    JOIN dispute_parties p ON p.dispute_id = d.id AND p.organization_id IS NOT NULL
    WHERE d.status <> 'closed' AND NOT d.confidential;

CREATE OR REPLACE FUNCTION organization_ties(organization uuid, day date) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        (SELECT 'property_contract' FROM property_contracts
            WHERE organization_id = organization AND coalesce(terminated_on, ends_on) >= day LIMIT 1),
        (SELECT 'owners_committee' FROM owners_committees
            WHERE organization_id = organization AND status NOT IN ('ended', 'dissolved') LIMIT 1),
        (SELECT 'grid_enrollment' FROM grid_enrollments
            WHERE organization_id = organization AND status <> 'left' LIMIT 1),
        (SELECT 'organization' FROM organizations
            WHERE status = 'active' AND (parent_id = organization OR party_organization_id = organization) LIMIT 1)
    ], NULL)
$$;

-- What was voided has ended.
ALTER TABLE responsibilities DROP CONSTRAINT responsibilities_voided_with_reason, DROP CONSTRAINT responsibilities_status_known;
UPDATE responsibilities SET status = 'superseded' WHERE status = 'voided';
ALTER TABLE responsibilities
    ADD CONSTRAINT responsibilities_status_known CHECK (CASE status
        WHEN 'draft' THEN num_nonnulls(valid_from, valid_until) = 0
        WHEN 'published' THEN valid_from IS NOT NULL
        WHEN 'superseded' THEN num_nonnulls(valid_from, valid_until) = 2
        ELSE false
    END),
    DROP COLUMN voided_on, DROP COLUMN void_reason;
ALTER TABLE property_contracts DROP COLUMN voided_on, DROP COLUMN void_reason;
ALTER TABLE calendar_years DROP COLUMN voided_on, DROP COLUMN void_reason;
ALTER TABLE dispute_categories DROP COLUMN voided_on, DROP COLUMN void_reason;
ALTER TABLE rules DROP COLUMN voided_on, DROP COLUMN void_reason;
