CREATE INDEX disputes_by_city_category ON disputes (city_code, category, updated_at DESC, id DESC);
CREATE INDEX disputes_by_district_category ON disputes (district_code, category, updated_at DESC, id DESC);
CREATE INDEX disputes_by_street_category ON disputes (street_code, category, updated_at DESC, id DESC);
DROP TABLE dispute_guests;
ALTER TABLE dispute_parties DROP COLUMN organization_id, DROP COLUMN address;
ALTER TABLE disputes
    DROP COLUMN level,
    DROP COLUMN estate_id,
    DROP COLUMN organization_id,
    DROP COLUMN risk,
    DROP COLUMN confidential,
    DROP COLUMN card,
    DROP COLUMN due_at,
    DROP COLUMN next_step_at,
    DROP COLUMN approver,
    DROP COLUMN parent_id,
    DROP COLUMN progress,
    DROP COLUMN terms,
    DROP CONSTRAINT disputes_category_form,
    DROP CONSTRAINT disputes_status_known,
    ADD CONSTRAINT disputes_status_known CHECK (status IN (
        'submitted', 'accepted', 'assigned', 'in_handling', 'resolved', 'closed', 'rejected', 'withdrawn')) NOT VALID,
    ADD CONSTRAINT disputes_category_known CHECK (category IN (
        'fee', 'maintenance_fund', 'parking', 'leakage', 'elevator', 'noise', 'common_income',
        'committee_election', 'handover', 'service_quality', 'illegal_construction', 'pets', 'heating', 'other')) NOT VALID;
