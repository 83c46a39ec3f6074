-- One row for each term of an estate's committee.
CREATE TABLE owners_committees (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    term smallint NOT NULL,
    status text NOT NULL,
    seats smallint NOT NULL,
    member_count smallint NOT NULL DEFAULT 0,
    candidates_announced_on date,
    elected_on date,
    first_meeting_on date,
    street_filed_on date,
    street_filing_number text,
    district_filed_on date,
    district_filing_number text,
    term_starts_on date,
    term_ends_on date,
    re_election_due_on date,
    handover_on date,
    ended_on date,
    end_reason text,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT owners_committees_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT owners_committees_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT owners_committees_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT owners_committees_term_unique UNIQUE (estate_id, term),
    CONSTRAINT owners_committees_status_known CHECK (status IN (
        'preparing', 'candidates_announced', 'elected', 'filed', 'in_office', 'handover', 'ended', 'dissolved')),
    -- Guiding rules 2009 no. 274, article 32: 5 to 11 members, an odd number, a term of at most 5 years.
    CONSTRAINT owners_committees_seats_odd_5_to_11 CHECK (seats BETWEEN 5 AND 11 AND seats % 2 = 1),
    CONSTRAINT owners_committees_no_more_members_than_seats CHECK (member_count BETWEEN 0 AND seats),
    CONSTRAINT owners_committees_term_at_most_5_years CHECK (
        term_ends_on >= term_starts_on AND term_ends_on < term_starts_on + interval '5 years'),
    CONSTRAINT owners_committees_elected_has_term CHECK (
        status IN ('preparing', 'candidates_announced', 'dissolved')
        OR num_nonnulls(elected_on, term_starts_on, term_ends_on, re_election_due_on) = 4),
    CONSTRAINT owners_committees_in_office_is_filed CHECK (
        status NOT IN ('filed', 'in_office', 'handover', 'ended') OR num_nonnulls(street_filed_on, district_filed_on) = 2),
    CONSTRAINT owners_committees_numbers_length CHECK (
        char_length(street_filing_number) BETWEEN 1 AND 50 AND char_length(district_filing_number) BETWEEN 1 AND 50),
    CONSTRAINT owners_committees_end_reason_length CHECK (char_length(end_reason) BETWEEN 1 AND 1000)
);
CREATE INDEX owners_committees_by_city ON owners_committees (city_code, updated_at DESC, id DESC);
CREATE INDEX owners_committees_by_district ON owners_committees (district_code, updated_at DESC, id DESC);
CREATE INDEX owners_committees_by_street ON owners_committees (street_code, updated_at DESC, id DESC);
CREATE INDEX owners_committees_by_community ON owners_committees (community_code, updated_at DESC, id DESC);
CREATE INDEX owners_committees_by_estate ON owners_committees (estate_id, term);
CREATE INDEX owners_committees_by_organization ON owners_committees (organization_id, term);
CREATE INDEX owners_committees_by_end ON owners_committees (term_ends_on) WHERE status = 'in_office';
CREATE UNIQUE INDEX owners_committees_one_coming_unique ON owners_committees (estate_id)
    WHERE status IN ('preparing', 'candidates_announced', 'elected', 'filed');
CREATE UNIQUE INDEX owners_committees_one_in_office_unique ON owners_committees (estate_id) WHERE status = 'in_office';

CREATE TABLE owners_committee_members (
    id uuid PRIMARY KEY,
    committee_id uuid NOT NULL REFERENCES owners_committees (id),
    name text NOT NULL CONSTRAINT owners_committee_members_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    phone text NOT NULL CONSTRAINT owners_committee_members_phone_length CHECK (char_length(phone) BETWEEN 5 AND 20),
    -- The unit by which the member is an owner.
    owned_unit text NOT NULL CONSTRAINT owners_committee_members_unit_length CHECK (char_length(owned_unit) BETWEEN 1 AND 100),
    post text NOT NULL CONSTRAINT owners_committee_members_post_known CHECK (post IN ('chair', 'deputy_chair', 'member')),
    starts_on date NOT NULL,
    left_on date,
    leave_reason text CONSTRAINT owners_committee_members_reason_length CHECK (char_length(leave_reason) BETWEEN 1 AND 1000),
    phone_digits text NOT NULL GENERATED ALWAYS AS (regexp_replace(
        regexp_replace(phone, '[^0-9]', '', 'g'), '^(?:00)?(?:86)?(1[0-9]{10}).*$', '\1')) STORED,
    CONSTRAINT owners_committee_members_leave_after_start CHECK (left_on >= starts_on)
);
CREATE INDEX owners_committee_members_by_committee ON owners_committee_members (committee_id, id);
CREATE INDEX owners_committee_members_by_person ON owners_committee_members (phone_digits);
CREATE UNIQUE INDEX owners_committee_members_person_unique ON owners_committee_members (committee_id, phone_digits)
    WHERE left_on IS NULL;
CREATE UNIQUE INDEX owners_committee_members_one_chair_unique ON owners_committee_members (committee_id)
    WHERE left_on IS NULL AND post = 'chair';

CREATE TABLE owners_committee_handover (
    committee_id uuid NOT NULL REFERENCES owners_committees (id),
    item text NOT NULL CONSTRAINT owners_committee_handover_item_known CHECK (item IN (
        'seal', 'archives', 'accounts', 'common_income', 'contracts', 'maintenance_fund_records', 'property')),
    done_on date,
    note text CONSTRAINT owners_committee_handover_note_length CHECK (char_length(note) <= 1000),
    PRIMARY KEY (committee_id, item)
);

-- The committee in office and the last day of its term; kept by the committees.
ALTER TABLE estates
    ADD COLUMN committee_id uuid,
    ADD COLUMN committee_ends_on date,
    ADD CONSTRAINT estates_committee_exists FOREIGN KEY (committee_id) REFERENCES owners_committees (id),
    ADD CONSTRAINT estates_committee_has_term CHECK (num_nonnulls(committee_id, committee_ends_on) IN (0, 2));

-- No member of a committee works for the enterprise that serves the estate: not when the member is elected, not when the
-- enterprise registers its people, not when it gets the contract. People are known by their phone number, however it is
-- written. The three kinds of writes wait for each other at the enterprise; contracts and members also at the estate.
CREATE VIEW cross_appointments AS
    SELECT p.organization_id AS enterprise_id, c.estate_id, c.id AS committee_id, m.phone_digits
    FROM owners_committees c
    JOIN owners_committee_members m ON m.committee_id = c.id AND m.left_on IS NULL
    JOIN property_contracts p ON p.estate_id = c.estate_id
    JOIN organization_staff s ON s.organization_id = p.organization_id AND s.phone_digits = m.phone_digits
    WHERE c.status NOT IN ('ended', 'dissolved')
        AND coalesce(p.terminated_on, p.ends_on) >= greatest(m.starts_on, s.registered_on);

CREATE FUNCTION refuse_cross_appointment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found boolean;
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'organization_staff' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organization_id::text, 0));
        found := EXISTS (SELECT FROM cross_appointments
            WHERE enterprise_id = NEW.organization_id AND phone_digits = NEW.phone_digits);
    WHEN 'property_contracts' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organization_id::text, 0));
        found := EXISTS (SELECT FROM cross_appointments
            WHERE enterprise_id = NEW.organization_id AND estate_id = NEW.estate_id);
    ELSE
        PERFORM pg_advisory_xact_lock(hashtextextended(enterprise::text, 0)) FROM (
            SELECT DISTINCT p.organization_id AS enterprise FROM owners_committees c
            JOIN property_contracts p ON p.estate_id = c.estate_id
            WHERE c.id = NEW.committee_id ORDER BY 1) AS serving;
        found := EXISTS (SELECT FROM cross_appointments
            WHERE committee_id = NEW.committee_id AND phone_digits = NEW.phone_digits);
    END CASE;
    IF found THEN
        RAISE EXCEPTION 'a member of an owners'' committee works for the enterprise that serves the estate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_cross_appointment';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER organization_staff_are_no_members AFTER INSERT ON organization_staff
    FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();
CREATE TRIGGER property_contracts_employ_no_members AFTER INSERT ON property_contracts
    FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();
CREATE TRIGGER owners_committee_members_are_not_employed AFTER INSERT ON owners_committee_members
    FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();
