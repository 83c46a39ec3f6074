-- What never changes of a grid unit, and where it went.
CREATE TABLE grid_units (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    successor_id uuid,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT grid_units_community_exists FOREIGN KEY (community_code) REFERENCES jurisdictions (code),
    CONSTRAINT grid_units_successor_exists FOREIGN KEY (successor_id) REFERENCES grid_units (id),
    CONSTRAINT grid_units_code_unique UNIQUE (jurisdiction),
    CONSTRAINT grid_units_code_has_15_digits CHECK (jurisdiction ~ '^[0-9]{15}$')
);
CREATE INDEX grid_units_by_city ON grid_units (city_code, updated_at DESC, id DESC);
CREATE INDEX grid_units_by_district ON grid_units (district_code, updated_at DESC, id DESC);
CREATE INDEX grid_units_by_street ON grid_units (street_code, updated_at DESC, id DESC);
CREATE INDEX grid_units_by_community ON grid_units (community_code, updated_at DESC, id DESC);

-- What it was from one day until before another.
CREATE TABLE grid_unit_periods (
    grid_unit_id uuid NOT NULL REFERENCES grid_units (id),
    valid_from date NOT NULL,
    valid_until date,
    status text NOT NULL CONSTRAINT grid_unit_periods_status_known CHECK (
        status IN ('proposed', 'active', 'rejected', 'merged', 'retired')),
    name text NOT NULL CONSTRAINT grid_unit_periods_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    lead_name text CONSTRAINT grid_unit_periods_lead_name_length CHECK (char_length(lead_name) BETWEEN 1 AND 100),
    lead_phone text CONSTRAINT grid_unit_periods_lead_phone_length CHECK (char_length(lead_phone) BETWEEN 5 AND 20),
    worker_name text CONSTRAINT grid_unit_periods_worker_name_length CHECK (char_length(worker_name) BETWEEN 1 AND 100),
    worker_phone text CONSTRAINT grid_unit_periods_worker_phone_length CHECK (char_length(worker_phone) BETWEEN 5 AND 20),
    party_group text CONSTRAINT grid_unit_periods_party_group_length CHECK (char_length(party_group) BETWEEN 1 AND 100),
    households integer NOT NULL CONSTRAINT grid_unit_periods_households_range CHECK (households BETWEEN 0 AND 100000),
    reason text CONSTRAINT grid_unit_periods_reason_length CHECK (char_length(reason) <= 1000),
    PRIMARY KEY (grid_unit_id, valid_from),
    CONSTRAINT grid_unit_periods_until_after_from CHECK (valid_until > valid_from)
);
CREATE UNIQUE INDEX grid_unit_periods_one_open_unique ON grid_unit_periods (grid_unit_id) WHERE valid_until IS NULL;

CREATE TABLE grid_enrollments (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    organization_id uuid,
    estate_id uuid,
    status text NOT NULL,
    invited_on date NOT NULL,
    joined_on date,
    left_on date,
    reason text,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT grid_enrollments_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT grid_enrollments_in_a_grid CHECK (char_length(jurisdiction) = 15),
    CONSTRAINT grid_enrollments_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT grid_enrollments_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT grid_enrollments_of_one CHECK (num_nonnulls(organization_id, estate_id) = 1),
    CONSTRAINT grid_enrollments_status_known CHECK (CASE status
        WHEN 'invited' THEN num_nonnulls(joined_on, left_on) = 0
        WHEN 'joined' THEN joined_on IS NOT NULL AND left_on IS NULL
        WHEN 'left' THEN left_on IS NOT NULL
        ELSE false END),
    CONSTRAINT grid_enrollments_left_after_joined CHECK (left_on >= joined_on),
    CONSTRAINT grid_enrollments_reason_length CHECK (char_length(reason) <= 1000),
    -- From joined_on until before left_on.
    CONSTRAINT grid_enrollments_organization_once_in_a_unit EXCLUDE USING gist (
        uuidrange(organization_id, organization_id, '[]') WITH &&,
        uuidrange(md5(jurisdiction)::uuid, md5(jurisdiction)::uuid, '[]') WITH &&,
        daterange(joined_on, left_on) WITH &&) WHERE (organization_id IS NOT NULL AND joined_on IS NOT NULL),
    CONSTRAINT grid_enrollments_estate_in_one_unit EXCLUDE USING gist (
        uuidrange(estate_id, estate_id, '[]') WITH &&,
        daterange(joined_on, left_on) WITH &&) WHERE (estate_id IS NOT NULL AND joined_on IS NOT NULL)
);
CREATE INDEX grid_enrollments_by_city ON grid_enrollments (city_code, updated_at DESC, id DESC);
CREATE INDEX grid_enrollments_by_district ON grid_enrollments (district_code, updated_at DESC, id DESC);
CREATE INDEX grid_enrollments_by_street ON grid_enrollments (street_code, updated_at DESC, id DESC);
CREATE INDEX grid_enrollments_by_community ON grid_enrollments (community_code, updated_at DESC, id DESC);
CREATE INDEX grid_enrollments_by_place ON grid_enrollments (jurisdiction);
CREATE INDEX grid_enrollments_by_organization ON grid_enrollments (organization_id, joined_on);
CREATE INDEX grid_enrollments_by_estate ON grid_enrollments (estate_id, joined_on);
CREATE UNIQUE INDEX grid_enrollments_open_unique ON grid_enrollments (jurisdiction, coalesce(organization_id, estate_id))
    WHERE status <> 'left';
-- A state that few are in.
CREATE INDEX grid_enrollments_invited ON grid_enrollments (updated_at DESC, id DESC) WHERE status = 'invited';

-- The first day of the grid unit with a code; null where no unit was approved.
CREATE FUNCTION grid_begins_on(code text) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT min(valid_from) FROM grid_unit_periods JOIN grid_units ON id = grid_unit_id
    WHERE jurisdiction = code AND status = 'active'
$$;

-- What still depends on an organization on a day.
CREATE FUNCTION organization_ties(organization uuid, day date) RETURNS text[] LANGUAGE sql STABLE AS $$
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
