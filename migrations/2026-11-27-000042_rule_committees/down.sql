DELETE FROM rules WHERE name IN ('committee_least_members', 'committee_most_members', 'committee_first_meeting_days',
    'committee_filing_days', 'committee_district_filing', 'committee_handover_days', 'committee_group_least_members');
DELETE FROM rule_names WHERE name IN ('committee_least_members', 'committee_most_members', 'committee_first_meeting_days',
    'committee_filing_days', 'committee_district_filing', 'committee_handover_days', 'committee_group_least_members');
ALTER TABLE owners_committee_members DROP COLUMN leave_ground;
ALTER TABLE owners_committees
    DROP CONSTRAINT owners_committees_seats_odd,
    DROP CONSTRAINT owners_committees_term_at_most_5_years,
    DROP COLUMN measures,
    DROP COLUMN next_due_on,
    DROP COLUMN duties,
    ADD CONSTRAINT owners_committees_seats_odd_5_to_11 CHECK (seats BETWEEN 5 AND 11 AND seats % 2 = 1) NOT VALID,
    ADD CONSTRAINT owners_committees_term_at_most_5_years CHECK (
        term_ends_on >= term_starts_on AND term_ends_on < term_starts_on + interval '5 years') NOT VALID,
    ADD CONSTRAINT owners_committees_in_office_is_filed CHECK (
        status NOT IN ('filed', 'in_office', 'handover', 'ended') OR num_nonnulls(street_filed_on, district_filed_on) = 2) NOT VALID;
