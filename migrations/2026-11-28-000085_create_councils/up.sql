-- Where the organizations of a place discuss and decide together.
CREATE TABLE councils (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid,
    kind text NOT NULL,
    name text NOT NULL,
    decision text NOT NULL,
    seats jsonb NOT NULL,
    delegates jsonb NOT NULL DEFAULT '[]',
    requests jsonb NOT NULL DEFAULT '[]',
    answer_due_on date,
    status text NOT NULL,
    dissolution_reason text,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT councils_pkey PRIMARY KEY (id),
    CONSTRAINT councils_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT councils_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT councils_kind_known CHECK (kind IN ('four_in_one', 'property_joint_meeting')),
    CONSTRAINT councils_decision_known CHECK (decision IN ('consensus', 'majority')),
    CONSTRAINT councils_texts_length CHECK (char_length(name) BETWEEN 1 AND 100 AND char_length(dissolution_reason) <= 1000),
    CONSTRAINT councils_dissolved_with_reason CHECK (status IN ('active', 'dissolved') AND (status = 'dissolved') = (dissolution_reason IS NOT NULL))
);
CREATE UNIQUE INDEX councils_one_of_estate_unique ON councils (estate_id, kind) WHERE status = 'active' AND estate_id IS NOT NULL;
CREATE UNIQUE INDEX councils_one_of_community_unique ON councils (jurisdiction, kind) WHERE status = 'active' AND estate_id IS NULL;
CREATE INDEX councils_by_city ON councils (city_code, updated_at DESC, id DESC);
CREATE INDEX councils_by_district ON councils (district_code, updated_at DESC, id DESC);
CREATE INDEX councils_by_street ON councils (street_code, updated_at DESC, id DESC);
CREATE INDEX councils_by_community ON councils (community_code, updated_at DESC, id DESC);
CREATE INDEX councils_by_seat ON councils USING gin (seats jsonb_path_ops);
CREATE INDEX councils_asked ON councils (answer_due_on) WHERE answer_due_on IS NOT NULL;
CREATE TRIGGER councils_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON councils
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- Their meetings, from the invitation to the published minutes.
CREATE TABLE council_meetings (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    council_id uuid NOT NULL,
    estate_id uuid,
    kind text NOT NULL,
    title text NOT NULL,
    place text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status text NOT NULL,
    series_id uuid,
    decision text NOT NULL,
    seats jsonb NOT NULL,
    delegates jsonb NOT NULL,
    record json NOT NULL,
    notified_at timestamptz,
    opened_at timestamptz,
    concluded_at timestamptz,
    reason text,
    next_due_on date,
    public_text text,
    published_at timestamptz,
    objections_until date,
    texts json NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT council_meetings_pkey PRIMARY KEY (id),
    CONSTRAINT council_meetings_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT council_meetings_council_exists FOREIGN KEY (council_id) REFERENCES councils (id),
    CONSTRAINT council_meetings_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT council_meetings_kind_known CHECK (kind IN ('four_in_one', 'property_joint_meeting')),
    CONSTRAINT council_meetings_decision_known CHECK (decision IN ('consensus', 'majority')),
    CONSTRAINT council_meetings_status_known CHECK (status IN
        ('planned', 'notified', 'open', 'adjourned', 'concluded', 'minutes_signed', 'published', 'cancelled')),
    CONSTRAINT council_meetings_end_after_start CHECK (ends_at > starts_at),
    CONSTRAINT council_meetings_texts_length CHECK (char_length(title) BETWEEN 1 AND 200 AND char_length(place) BETWEEN 1 AND 200
        AND char_length(reason) <= 1000 AND char_length(public_text) <= 50000),
    CONSTRAINT council_meetings_published_whole CHECK (num_nonnulls(public_text, published_at, objections_until) IN (0, 3)
        AND (status = 'published') = (published_at IS NOT NULL))
);
CREATE INDEX council_meetings_by_city ON council_meetings (city_code, updated_at DESC, id DESC);
CREATE INDEX council_meetings_by_district ON council_meetings (district_code, updated_at DESC, id DESC);
CREATE INDEX council_meetings_by_street ON council_meetings (street_code, updated_at DESC, id DESC);
CREATE INDEX council_meetings_by_community ON council_meetings (community_code, updated_at DESC, id DESC);
CREATE INDEX council_meetings_by_council ON council_meetings (council_id, updated_at DESC, id DESC);
CREATE INDEX council_meetings_by_seat ON council_meetings USING gin (seats jsonb_path_ops);
CREATE INDEX council_meetings_due ON council_meetings (next_due_on) WHERE next_due_on IS NOT NULL;
CREATE TRIGGER council_meetings_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON council_meetings
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('council_notice_days', 3, 0, 30, '四位一体联席会议提前通知，由各地规定'),
    ('council_joint_notice_days', 0, 0, 30, '物业管理联席会议提前通知，由各地规定（0 为可即时召开）'),
    ('council_joint_quorum_percent', 50, 0, 100, '物业管理联席会议其他单位到会比例，由各地规定'),
    ('council_request_days', 5, 1, 30, '召开会议请求的答复时限，由各地规定（工作日）'),
    ('council_minutes_days', 5, 1, 30, '会议纪要签字时限，由各地规定（工作日）'),
    ('council_publication_days', 3, 1, 30, '会议纪要公布时限，由各地规定（工作日）'),
    ('council_objection_days', 7, 1, 60, '会议决定异议期，由各地规定');
