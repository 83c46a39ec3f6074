CREATE TABLE responsibilities (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    matter text COLLATE "C" NOT NULL,
    title text NOT NULL,
    level text NOT NULL,
    organization_kind text NOT NULL,
    duty text NOT NULL,
    legal_basis text NOT NULL,
    status text NOT NULL,
    valid_from date,
    valid_until date,
    supersedes_id uuid,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT responsibilities_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT responsibilities_supersedes_exists FOREIGN KEY (supersedes_id) REFERENCES responsibilities (id),
    CONSTRAINT responsibilities_matter_form CHECK (matter ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'),
    CONSTRAINT responsibilities_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT responsibilities_legal_basis_length CHECK (char_length(legal_basis) BETWEEN 1 AND 500),
    CONSTRAINT responsibilities_duty_known CHECK (duty IN ('lead', 'assist', 'supervise')),
    CONSTRAINT responsibilities_level_known CHECK (level IN ('city', 'district', 'street', 'community')),
    CONSTRAINT responsibilities_status_known CHECK (CASE status
        WHEN 'draft' THEN num_nonnulls(valid_from, valid_until) = 0
        WHEN 'published' THEN valid_from IS NOT NULL
        WHEN 'superseded' THEN num_nonnulls(valid_from, valid_until) = 2
        ELSE false END),
    CONSTRAINT responsibilities_until_not_before_from CHECK (valid_until >= valid_from),
    -- From valid_from until before valid_until.
    CONSTRAINT responsibilities_stated_once EXCLUDE USING gist (
        daterange(valid_from, valid_until) WITH &&,
        uuidrange(md5(jurisdiction || ' ' || matter || ' ' || level || ' ' || organization_kind)::uuid,
            md5(jurisdiction || ' ' || matter || ' ' || level || ' ' || organization_kind)::uuid, '[]') WITH &&)
        WHERE (valid_from IS NOT NULL),
    CONSTRAINT responsibilities_one_lead EXCLUDE USING gist (
        daterange(valid_from, valid_until) WITH &&,
        uuidrange(md5(jurisdiction || ' ' || matter || ' ' || level)::uuid,
            md5(jurisdiction || ' ' || matter || ' ' || level)::uuid, '[]') WITH &&)
        WHERE (valid_from IS NOT NULL AND duty = 'lead')
);
CREATE INDEX responsibilities_by_city ON responsibilities (city_code, updated_at DESC, id DESC);
CREATE INDEX responsibilities_by_district ON responsibilities (district_code, updated_at DESC, id DESC);
CREATE INDEX responsibilities_by_street ON responsibilities (street_code, updated_at DESC, id DESC);
CREATE INDEX responsibilities_by_community ON responsibilities (community_code, updated_at DESC, id DESC);
CREATE INDEX responsibilities_by_matter ON responsibilities (jurisdiction, matter);
