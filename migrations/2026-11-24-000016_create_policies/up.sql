CREATE TABLE policies (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    issuer text NOT NULL,
    document_number text,
    articles jsonb NOT NULL,
    status text NOT NULL,
    valid_from date,
    valid_until date,
    first_id uuid NOT NULL,
    supersedes_id uuid,
    reason text,
    terms text[] COLLATE "C" NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT policies_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT policies_first_exists FOREIGN KEY (first_id) REFERENCES policies (id),
    CONSTRAINT policies_supersedes_exists FOREIGN KEY (supersedes_id) REFERENCES policies (id),
    CONSTRAINT policies_kind_known CHECK (kind IN (
        'law', 'regulation', 'local_regulation', 'rule', 'judicial_interpretation', 'standard', 'policy')),
    CONSTRAINT policies_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT policies_status_known CHECK (CASE status
        WHEN 'draft' THEN num_nonnulls(valid_from, valid_until) = 0
        WHEN 'published' THEN valid_from IS NOT NULL AND valid_until IS NULL
        WHEN 'superseded' THEN num_nonnulls(valid_from, valid_until) = 2
        WHEN 'repealed' THEN num_nonnulls(valid_from, valid_until, reason) = 3
        ELSE false END),
    CONSTRAINT policies_until_not_before_from CHECK (valid_until >= valid_from),
    -- Of the versions of one policy, one holds on a day.
    CONSTRAINT policies_version_in_force EXCLUDE USING gist (
        daterange(valid_from, valid_until) WITH &&, uuidrange(first_id, first_id, '[]') WITH &&)
        WHERE (valid_from IS NOT NULL)
);
CREATE INDEX policies_by_city ON policies (city_code, updated_at DESC, id DESC);
CREATE INDEX policies_by_district ON policies (district_code, updated_at DESC, id DESC);
CREATE INDEX policies_by_street ON policies (street_code, updated_at DESC, id DESC);
CREATE INDEX policies_by_community ON policies (community_code, updated_at DESC, id DESC);
CREATE INDEX policies_by_jurisdiction ON policies (jurisdiction, updated_at DESC, id DESC);
CREATE INDEX policies_by_first ON policies (first_id);
CREATE INDEX policies_by_terms ON policies USING gin (terms);
CREATE TRIGGER policies_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON policies
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
