-- One person who was registered twice.
ALTER TABLE learners ADD COLUMN merged_into_id uuid,
    DROP CONSTRAINT learners_status_known,
    ADD CONSTRAINT learners_status_known CHECK (CASE status
        WHEN 'active' THEN num_nonnulls(left_on, merged_into_id) = 0
        WHEN 'left' THEN left_on IS NOT NULL AND merged_into_id IS NULL
        WHEN 'merged' THEN num_nonnulls(left_on, merged_into_id) = 2
        ELSE false
    END) NOT VALID,
    ADD CONSTRAINT learners_merged_into_exists FOREIGN KEY (merged_into_id) REFERENCES learners (id) NOT VALID;
CREATE FUNCTION phone_key(phone text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT right(regexp_replace(phone, '[^0-9]', '', 'g'), 11)
$$;
CREATE TABLE learner_merges (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    into_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    reason text NOT NULL,
    enrollment_count integer NOT NULL,
    certificate_count integer NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT learner_merges_pkey PRIMARY KEY (id),
    CONSTRAINT learner_merges_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT learner_merges_into_exists FOREIGN KEY (into_id) REFERENCES learners (id),
    CONSTRAINT learner_merges_learner_exists FOREIGN KEY (learner_id) REFERENCES learners (id),
    CONSTRAINT learner_merges_once_unique UNIQUE (learner_id),
    CONSTRAINT learner_merges_of_two CHECK (into_id <> learner_id),
    CONSTRAINT learner_merges_reason_length CHECK (char_length(reason) BETWEEN 1 AND 1000)
);
CREATE INDEX learner_merges_by_city ON learner_merges (city_code, updated_at DESC, id DESC);
CREATE INDEX learner_merges_by_district ON learner_merges (district_code, updated_at DESC, id DESC);
CREATE INDEX learner_merges_by_street ON learner_merges (street_code, updated_at DESC, id DESC);
CREATE INDEX learner_merges_by_community ON learner_merges (community_code, updated_at DESC, id DESC);
CREATE INDEX learner_merges_into ON learner_merges (into_id);
CREATE TRIGGER learner_merges_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON learner_merges
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
