CREATE SEQUENCE dispute_numbers;

CREATE TABLE disputes (
    id uuid PRIMARY KEY,
    number text NOT NULL DEFAULT 'D' || lpad(nextval('dispute_numbers')::text, 10, '0'),
    jurisdiction text COLLATE "C" NOT NULL,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    estate_name text,
    status text NOT NULL,
    assignee text,
    resolution text,
    reported_at timestamptz NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT disputes_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT disputes_number_unique UNIQUE (number),
    CONSTRAINT disputes_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT disputes_description_length CHECK (char_length(description) <= 5000),
    CONSTRAINT disputes_estate_name_length CHECK (char_length(estate_name) BETWEEN 1 AND 100),
    CONSTRAINT disputes_assignee_length CHECK (char_length(assignee) BETWEEN 1 AND 100),
    CONSTRAINT disputes_resolution_length CHECK (char_length(resolution) BETWEEN 1 AND 5000),
    CONSTRAINT disputes_category_known CHECK (category IN (
        'fee', 'maintenance_fund', 'parking', 'leakage', 'elevator', 'noise', 'common_income',
        'committee_election', 'handover', 'service_quality', 'illegal_construction', 'pets', 'heating', 'other')),
    CONSTRAINT disputes_status_known CHECK (status IN (
        'submitted', 'accepted', 'assigned', 'in_handling', 'resolved', 'closed', 'rejected', 'withdrawn')),
    CONSTRAINT disputes_assigned_has_assignee CHECK (status NOT IN ('assigned', 'in_handling') OR assignee IS NOT NULL),
    CONSTRAINT disputes_resolved_has_resolution CHECK (status NOT IN ('resolved', 'closed') OR resolution IS NOT NULL)
);
CREATE INDEX disputes_by_city ON disputes (city_code, updated_at DESC, id DESC);
CREATE INDEX disputes_by_district ON disputes (district_code, updated_at DESC, id DESC);
CREATE INDEX disputes_by_street ON disputes (street_code, updated_at DESC, id DESC);
CREATE INDEX disputes_by_community ON disputes (community_code, updated_at DESC, id DESC);
-- A community is small enough to sort and filter what it has.
CREATE INDEX disputes_by_city_report ON disputes (city_code, reported_at DESC, id DESC);
CREATE INDEX disputes_by_district_report ON disputes (district_code, reported_at DESC, id DESC);
CREATE INDEX disputes_by_street_report ON disputes (street_code, reported_at DESC, id DESC);
CREATE INDEX disputes_by_city_status ON disputes (city_code, status, updated_at DESC, id DESC);
CREATE INDEX disputes_by_district_status ON disputes (district_code, status, updated_at DESC, id DESC);
CREATE INDEX disputes_by_street_status ON disputes (street_code, status, updated_at DESC, id DESC);
CREATE INDEX disputes_by_city_category ON disputes (city_code, category, updated_at DESC, id DESC);
CREATE INDEX disputes_by_district_category ON disputes (district_code, category, updated_at DESC, id DESC);
CREATE INDEX disputes_by_street_category ON disputes (street_code, category, updated_at DESC, id DESC);
CREATE INDEX disputes_by_estate ON disputes (estate_name, updated_at DESC, id DESC);
CREATE INDEX disputes_by_creator ON disputes (created_by, updated_at DESC, id DESC);

CREATE TABLE dispute_parties (
    dispute_id uuid NOT NULL REFERENCES disputes (id),
    position smallint NOT NULL,
    role text NOT NULL CONSTRAINT dispute_parties_role_known CHECK (role IN ('applicant', 'respondent', 'third_party')),
    kind text NOT NULL CONSTRAINT dispute_parties_kind_known CHECK (kind IN ('person', 'organization')),
    name text NOT NULL CONSTRAINT dispute_parties_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    representative text CONSTRAINT dispute_parties_representative_length CHECK (char_length(representative) BETWEEN 1 AND 100),
    phone text CONSTRAINT dispute_parties_phone_length CHECK (char_length(phone) BETWEEN 5 AND 20),
    PRIMARY KEY (dispute_id, position)
);

-- One row for every version of a dispute.
CREATE TABLE dispute_events (
    dispute_id uuid NOT NULL REFERENCES disputes (id),
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    action text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    note text,
    role text NOT NULL,
    caller text NOT NULL,
    PRIMARY KEY (dispute_id, version)
);
CREATE TRIGGER dispute_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dispute_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
