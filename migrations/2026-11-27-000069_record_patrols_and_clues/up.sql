-- What grid workers walk and notice.
CREATE TABLE grid_records (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    description text,
    estate_id uuid,
    place text,
    patrol_id uuid,
    observed_at timestamptz NOT NULL,
    ended_at timestamptz,
    status text NOT NULL,
    outcome text,
    dispute_id uuid,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT grid_records_pkey PRIMARY KEY (id),
    CONSTRAINT grid_records_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT grid_records_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT grid_records_patrol_exists FOREIGN KEY (patrol_id) REFERENCES grid_records (id),
    CONSTRAINT grid_records_dispute_exists FOREIGN KEY (dispute_id) REFERENCES disputes (id),
    CONSTRAINT grid_records_texts_length CHECK (char_length(title) BETWEEN 1 AND 200 AND char_length(description) <= 5000
        AND char_length(place) <= 200 AND char_length(outcome) <= 1000),
    CONSTRAINT grid_records_ended_after_begin CHECK (ended_at >= observed_at),
    CONSTRAINT grid_records_kind_known CHECK (CASE kind
        WHEN 'patrol' THEN patrol_id IS NULL AND status IN ('recorded', 'dismissed')
        WHEN 'clue' THEN ended_at IS NULL AND status IN ('open', 'settled', 'filed', 'dismissed')
        ELSE false
    END),
    CONSTRAINT grid_records_filed_as_dispute CHECK ((status = 'filed') = (dispute_id IS NOT NULL))
);
CREATE INDEX grid_records_by_city ON grid_records (city_code, updated_at DESC, id DESC);
CREATE INDEX grid_records_by_district ON grid_records (district_code, updated_at DESC, id DESC);
CREATE INDEX grid_records_by_street ON grid_records (street_code, updated_at DESC, id DESC);
CREATE INDEX grid_records_by_community ON grid_records (community_code, updated_at DESC, id DESC);
CREATE INDEX grid_records_by_jurisdiction ON grid_records (jurisdiction, updated_at DESC, id DESC);
CREATE INDEX grid_records_by_patrol ON grid_records (patrol_id) WHERE patrol_id IS NOT NULL;
CREATE TRIGGER grid_records_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON grid_records
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- What the lead of a grid reports of it.
ALTER TABLE grid_unit_periods ADD COLUMN party_members integer, ADD COLUMN worker_full_time boolean,
    ADD CONSTRAINT grid_unit_periods_party_members_counted CHECK (party_members BETWEEN 0 AND 100000) NOT VALID;
