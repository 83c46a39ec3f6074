-- What residents are asked.
CREATE TABLE consultations (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    organization_id uuid,
    title text NOT NULL,
    background text NOT NULL,
    options jsonb NOT NULL DEFAULT '[]',
    estate_ids jsonb NOT NULL DEFAULT '[]',
    grid_unit_ids jsonb NOT NULL DEFAULT '[]',
    buildings jsonb NOT NULL DEFAULT '[]',
    links jsonb NOT NULL DEFAULT '[]',
    hearings jsonb NOT NULL DEFAULT '[]',
    closes_on date NOT NULL,
    status text NOT NULL,
    opened_at timestamptz,
    reason text,
    result json NOT NULL DEFAULT 'null',
    published_at timestamptz,
    groups jsonb NOT NULL DEFAULT '[]',
    next_step_on date,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT consultations_pkey PRIMARY KEY (id),
    CONSTRAINT consultations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT consultations_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT consultations_texts_length CHECK (char_length(title) BETWEEN 1 AND 200 AND char_length(background) BETWEEN 1 AND 20000
        AND char_length(reason) <= 1000),
    CONSTRAINT consultations_status_known CHECK (status IN ('draft', 'discarded', 'open', 'closed', 'answered', 'published', 'cancelled')
        AND (status = 'published') = (published_at IS NOT NULL) AND (status IN ('draft', 'discarded')) = (opened_at IS NULL))
);
CREATE INDEX consultations_by_city ON consultations (city_code, updated_at DESC, id DESC);
CREATE INDEX consultations_by_district ON consultations (district_code, updated_at DESC, id DESC);
CREATE INDEX consultations_by_street ON consultations (street_code, updated_at DESC, id DESC);
CREATE INDEX consultations_by_community ON consultations (community_code, updated_at DESC, id DESC);
CREATE INDEX consultations_by_place ON consultations (jurisdiction, updated_at DESC, id DESC);
CREATE INDEX consultations_due ON consultations (next_step_on) WHERE next_step_on IS NOT NULL;
CREATE TRIGGER consultations_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON consultations
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- What somebody thinks of it. The ids are random, and of times only the day is kept, and the hour in which it was changed.
CREATE TABLE opinions (
    id uuid NOT NULL,
    consultation_id uuid NOT NULL,
    author text NOT NULL,
    organization_id uuid,
    option_id uuid,
    text text,
    group_id uuid,
    nonce uuid NOT NULL,
    given_on date NOT NULL,
    edits integer NOT NULL DEFAULT 0,
    edits_since timestamptz NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 1,
    CONSTRAINT opinions_pkey PRIMARY KEY (id),
    CONSTRAINT opinions_consultation_exists FOREIGN KEY (consultation_id) REFERENCES consultations (id),
    CONSTRAINT opinions_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT opinions_say_something CHECK (withdrawn = (num_nonnulls(option_id, text) = 0) AND char_length(text) <= 2000)
);
CREATE UNIQUE INDEX opinions_one_of_person_unique ON opinions (consultation_id, author) WHERE organization_id IS NULL;
CREATE UNIQUE INDEX opinions_one_of_organization_unique ON opinions (consultation_id, organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX opinions_by_consultation ON opinions (consultation_id, id);
CREATE INDEX opinions_ungrouped ON opinions (consultation_id, id) WHERE group_id IS NULL AND NOT withdrawn;

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('consultation_days', 7, 1, 365, '居民议事协商征求意见期限，由各地规定');
