-- What is owned in an estate, and by whom.
CREATE TABLE estate_units (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid NOT NULL,
    building text NOT NULL,
    entrance text NOT NULL,
    number text NOT NULL,
    area bigint NOT NULL,
    area_basis text NOT NULL,
    sold boolean NOT NULL,
    delivered_on date,
    status text NOT NULL,
    reason text,
    owners jsonb NOT NULL DEFAULT '[]',
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT estate_units_pkey PRIMARY KEY (id),
    CONSTRAINT estate_units_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT estate_units_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT estate_units_labels_length CHECK (char_length(building) BETWEEN 1 AND 20 AND char_length(entrance) <= 20
        AND char_length(number) BETWEEN 1 AND 20 AND char_length(reason) <= 1000),
    CONSTRAINT estate_units_area_positive CHECK (area > 0),
    CONSTRAINT estate_units_basis_known CHECK (area_basis IN ('registered', 'surveyed', 'contract')),
    CONSTRAINT estate_units_status_known CHECK (status IN ('registered', 'voided')),
    -- What is not sold has no owners, and was handed over to nobody.
    CONSTRAINT estate_units_sold_to_somebody CHECK (sold = (owners <> '[]') AND (sold OR delivered_on IS NULL))
);
CREATE UNIQUE INDEX estate_units_one_of_number_unique ON estate_units (estate_id, building, entrance, number) WHERE status = 'registered';
CREATE INDEX estate_units_by_city ON estate_units (city_code, updated_at DESC, id DESC);
CREATE INDEX estate_units_by_district ON estate_units (district_code, updated_at DESC, id DESC);
CREATE INDEX estate_units_by_street ON estate_units (street_code, updated_at DESC, id DESC);
CREATE INDEX estate_units_by_community ON estate_units (community_code, updated_at DESC, id DESC);
CREATE INDEX estate_units_by_estate ON estate_units (estate_id, updated_at DESC, id DESC);
CREATE TRIGGER estate_units_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON estate_units
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
