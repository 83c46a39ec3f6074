CREATE TABLE estates (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    name text NOT NULL,
    address text,
    units integer NOT NULL,
    households integer NOT NULL,
    -- In 0.01 square meters.
    area bigint NOT NULL,
    longitude double precision,
    latitude double precision,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT estates_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT estates_name_unique UNIQUE (community_code, name),
    CONSTRAINT estates_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT estates_address_length CHECK (char_length(address) <= 200),
    CONSTRAINT estates_units_range CHECK (units BETWEEN 1 AND 100000),
    CONSTRAINT estates_households_range CHECK (households BETWEEN 0 AND 100000),
    CONSTRAINT estates_area_range CHECK (area BETWEEN 1 AND 10000000000),
    CONSTRAINT estates_location_is_a_point CHECK (num_nonnulls(longitude, latitude) IN (0, 2)),
    CONSTRAINT estates_longitude_range CHECK (longitude BETWEEN -180 AND 180),
    CONSTRAINT estates_latitude_range CHECK (latitude BETWEEN -90 AND 90),
    CONSTRAINT estates_stand_in_a_community_or_a_grid CHECK (char_length(jurisdiction) IN (12, 15))
);
CREATE INDEX estates_by_city ON estates (city_code, updated_at DESC, id DESC);
CREATE INDEX estates_by_district ON estates (district_code, updated_at DESC, id DESC);
CREATE INDEX estates_by_street ON estates (street_code, updated_at DESC, id DESC);
CREATE INDEX estates_by_community ON estates (community_code, updated_at DESC, id DESC);
CREATE INDEX estates_by_place ON estates (jurisdiction);

CREATE TABLE property_contracts (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    basis text NOT NULL,
    number text,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    terminated_on date,
    termination_reason text,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT property_contracts_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT property_contracts_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT property_contracts_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT property_contracts_basis_known CHECK (basis IN ('preliminary', 'owners')),
    CONSTRAINT property_contracts_number_length CHECK (char_length(number) BETWEEN 1 AND 50),
    CONSTRAINT property_contracts_reason_length CHECK (char_length(termination_reason) BETWEEN 1 AND 1000),
    CONSTRAINT property_contracts_end_after_start CHECK (ends_on >= starts_on),
    CONSTRAINT property_contracts_terminated_within_term CHECK (terminated_on BETWEEN starts_on AND ends_on),
    CONSTRAINT property_contracts_terminated_with_reason CHECK ((terminated_on IS NULL) = (termination_reason IS NULL)),
    CONSTRAINT property_contracts_one_enterprise_at_a_time EXCLUDE USING gist (
        uuidrange(estate_id, estate_id, '[]') WITH &&, daterange(starts_on, coalesce(terminated_on, ends_on), '[]') WITH &&)
);
CREATE INDEX property_contracts_by_city ON property_contracts (city_code, updated_at DESC, id DESC);
CREATE INDEX property_contracts_by_district ON property_contracts (district_code, updated_at DESC, id DESC);
CREATE INDEX property_contracts_by_street ON property_contracts (street_code, updated_at DESC, id DESC);
CREATE INDEX property_contracts_by_community ON property_contracts (community_code, updated_at DESC, id DESC);
CREATE INDEX property_contracts_by_estate ON property_contracts (estate_id, starts_on);
CREATE INDEX property_contracts_by_organization ON property_contracts (organization_id, starts_on);
CREATE INDEX property_contracts_by_end ON property_contracts (ends_on);
