CREATE TABLE learners (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    name text NOT NULL,
    phone text,
    roles jsonb NOT NULL,
    organization_id uuid,
    organization_kind text,
    hours jsonb NOT NULL,
    status text NOT NULL,
    left_on date,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT learners_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT learners_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT learners_organization_has_kind CHECK (num_nonnulls(organization_id, organization_kind) IN (0, 2)),
    CONSTRAINT learners_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT learners_status_known CHECK (CASE status WHEN 'active' THEN left_on IS NULL WHEN 'left' THEN left_on IS NOT NULL ELSE false END)
);
CREATE INDEX learners_by_city ON learners (city_code, updated_at DESC, id DESC);
CREATE INDEX learners_by_district ON learners (district_code, updated_at DESC, id DESC);
CREATE INDEX learners_by_street ON learners (street_code, updated_at DESC, id DESC);
CREATE INDEX learners_by_community ON learners (community_code, updated_at DESC, id DESC);
CREATE INDEX learners_by_jurisdiction ON learners (jurisdiction, updated_at DESC, id DESC);
CREATE INDEX learners_by_organization ON learners (organization_id) WHERE organization_id IS NOT NULL;
-- Whoever signs in is one learner.
CREATE UNIQUE INDEX learners_subject_unique ON learners (subject) WHERE subject IS NOT NULL AND status = 'active';
CREATE TRIGGER learners_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON learners
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- Rows without it are completed by the service: a mediator is a learner, whose hours come from trainings.
ALTER TABLE mediators ADD COLUMN learner_id uuid CONSTRAINT mediators_learner_exists REFERENCES learners (id);
ALTER TABLE mediators ALTER COLUMN training_hours SET DEFAULT '[]';
CREATE INDEX mediators_by_learner ON mediators (learner_id);
CREATE INDEX mediators_without_learner ON mediators (id) WHERE learner_id IS NULL AND status = 'active';

CREATE TABLE trainings (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    title text NOT NULL,
    topic text NOT NULL,
    description text,
    hours integer NOT NULL,
    examined boolean NOT NULL,
    certified boolean NOT NULL,
    certificate_months integer,
    audience_roles jsonb NOT NULL,
    audience_kinds jsonb NOT NULL,
    audience_levels jsonb NOT NULL,
    citations jsonb NOT NULL,
    status text NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT trainings_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT trainings_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT trainings_topic_known CHECK (topic IN ('policy', 'regulation', 'negotiation', 'law')),
    CONSTRAINT trainings_hours_positive CHECK (hours BETWEEN 1 AND 200),
    CONSTRAINT trainings_months_of_certificate CHECK (certificate_months IS NULL OR certified AND certificate_months BETWEEN 1 AND 240),
    CONSTRAINT trainings_status_known CHECK (status IN ('draft', 'published', 'retired'))
);
CREATE INDEX trainings_by_city ON trainings (city_code, updated_at DESC, id DESC);
CREATE INDEX trainings_by_district ON trainings (district_code, updated_at DESC, id DESC);
CREATE INDEX trainings_by_street ON trainings (street_code, updated_at DESC, id DESC);
CREATE INDEX trainings_by_community ON trainings (community_code, updated_at DESC, id DESC);
CREATE INDEX trainings_by_jurisdiction ON trainings (jurisdiction, updated_at DESC, id DESC);
CREATE TRIGGER trainings_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON trainings
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TABLE training_sessions (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    training_id uuid NOT NULL,
    title text NOT NULL,
    series_id uuid,
    recurrence text,
    status text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    place text NOT NULL,
    teacher text,
    capacity integer NOT NULL,
    confirmed_count integer NOT NULL DEFAULT 0,
    waiting_count integer NOT NULL DEFAULT 0,
    check_in_opens_at timestamptz NOT NULL,
    check_in_closes_at timestamptz NOT NULL,
    reason text,
    settled boolean NOT NULL DEFAULT false,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT training_sessions_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT training_sessions_training_exists FOREIGN KEY (training_id) REFERENCES trainings (id),
    CONSTRAINT training_sessions_status_known CHECK (status IN ('scheduled', 'enrolling', 'in_progress', 'completed', 'cancelled')),
    CONSTRAINT training_sessions_times CHECK (ends_at > starts_at),
    CONSTRAINT training_sessions_window CHECK (check_in_closes_at > check_in_opens_at),
    CONSTRAINT training_sessions_place_length CHECK (char_length(place) BETWEEN 1 AND 200),
    -- Nobody has a seat that is not there, whoever enrolls at the same time.
    CONSTRAINT training_sessions_not_overbooked CHECK (confirmed_count BETWEEN 0 AND capacity AND waiting_count >= 0)
);
CREATE INDEX training_sessions_by_city ON training_sessions (city_code, starts_at, id);
CREATE INDEX training_sessions_by_district ON training_sessions (district_code, starts_at, id);
CREATE INDEX training_sessions_by_street ON training_sessions (street_code, starts_at, id);
CREATE INDEX training_sessions_by_community ON training_sessions (community_code, starts_at, id);
CREATE INDEX training_sessions_by_jurisdiction ON training_sessions (jurisdiction, starts_at, id);
CREATE INDEX training_sessions_by_training ON training_sessions (training_id, starts_at);
CREATE INDEX training_sessions_by_series ON training_sessions (series_id, starts_at) WHERE series_id IS NOT NULL;
CREATE INDEX training_sessions_over ON training_sessions (id) WHERE status IN ('completed', 'cancelled') AND NOT settled;
CREATE INDEX training_sessions_with_room ON training_sessions (id)
    WHERE status IN ('enrolling', 'in_progress') AND waiting_count > 0 AND confirmed_count < capacity;
CREATE TRIGGER training_sessions_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON training_sessions
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TABLE training_enrollments (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    session_id uuid NOT NULL,
    training_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    subject text COLLATE "C",
    learner_name text NOT NULL,
    mandatory boolean NOT NULL,
    obliged_by text,
    status text NOT NULL,
    checked_in_at timestamptz,
    checked_out_at timestamptz,
    presence_minutes integer,
    score integer,
    hours integer NOT NULL,
    reason text,
    corrections jsonb NOT NULL,
    settled_at timestamptz,
    certificate_due boolean NOT NULL DEFAULT false,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT training_enrollments_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT training_enrollments_session_exists FOREIGN KEY (session_id) REFERENCES training_sessions (id),
    CONSTRAINT training_enrollments_training_exists FOREIGN KEY (training_id) REFERENCES trainings (id),
    CONSTRAINT training_enrollments_learner_exists FOREIGN KEY (learner_id) REFERENCES learners (id),
    CONSTRAINT training_enrollments_status_known CHECK (status IN (
        'confirmed', 'waitlisted', 'attended', 'absent', 'excused', 'passed', 'failed', 'cancelled')),
    CONSTRAINT training_enrollments_hours_of_passed CHECK (hours >= 0 AND (hours = 0 OR status = 'passed')),
    CONSTRAINT training_enrollments_obliged_by_level CHECK (mandatory = (obliged_by IS NOT NULL)),
    CONSTRAINT training_enrollments_presence_known CHECK (presence_minutes >= 0)
);
CREATE INDEX training_enrollments_by_city ON training_enrollments (city_code, updated_at DESC, id DESC);
CREATE INDEX training_enrollments_by_district ON training_enrollments (district_code, updated_at DESC, id DESC);
CREATE INDEX training_enrollments_by_street ON training_enrollments (street_code, updated_at DESC, id DESC);
CREATE INDEX training_enrollments_by_community ON training_enrollments (community_code, updated_at DESC, id DESC);
CREATE UNIQUE INDEX training_enrollments_once_unique ON training_enrollments (session_id, learner_id)
    WHERE status NOT IN ('cancelled', 'excused');
-- Nobody takes a course twice at the same time.
CREATE UNIQUE INDEX training_enrollments_one_open_unique ON training_enrollments (training_id, learner_id)
    WHERE settled_at IS NULL AND status IN ('confirmed', 'waitlisted', 'attended');
CREATE INDEX training_enrollments_by_session ON training_enrollments (session_id, updated_at DESC, id DESC);
CREATE INDEX training_enrollments_by_learner ON training_enrollments (learner_id, updated_at DESC, id DESC);
CREATE INDEX training_enrollments_by_subject ON training_enrollments (subject) WHERE subject IS NOT NULL;
CREATE INDEX training_enrollments_by_training ON training_enrollments (training_id, updated_at DESC, id DESC);
CREATE INDEX training_enrollments_queue ON training_enrollments (session_id, mandatory DESC, id) WHERE status = 'waitlisted';
CREATE INDEX training_enrollments_unsettled ON training_enrollments (session_id, id)
    WHERE settled_at IS NULL AND status IN ('confirmed', 'waitlisted', 'attended', 'excused');
CREATE INDEX training_enrollments_certificate_due ON training_enrollments (id) WHERE certificate_due;
CREATE TRIGGER training_enrollments_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON training_enrollments
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE SEQUENCE certificate_numbers;

CREATE TABLE certificates (
    id uuid PRIMARY KEY,
    number text NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    learner_id uuid NOT NULL,
    subject text COLLATE "C",
    holder_name text NOT NULL,
    enrollment_id uuid NOT NULL,
    training_id uuid NOT NULL,
    title text NOT NULL,
    hours integer NOT NULL,
    issued_on date NOT NULL,
    expires_on date,
    stage text NOT NULL,
    revoked_on date,
    reason text,
    renewal_id uuid,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT certificates_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT certificates_learner_exists FOREIGN KEY (learner_id) REFERENCES learners (id),
    CONSTRAINT certificates_enrollment_exists FOREIGN KEY (enrollment_id) REFERENCES training_enrollments (id),
    CONSTRAINT certificates_training_exists FOREIGN KEY (training_id) REFERENCES trainings (id),
    CONSTRAINT certificates_renewal_exists FOREIGN KEY (renewal_id) REFERENCES training_enrollments (id),
    CONSTRAINT certificates_number_unique UNIQUE (number),
    CONSTRAINT certificates_code_unique UNIQUE (code),
    CONSTRAINT certificates_stage_known CHECK (CASE stage
        WHEN 'issued' THEN revoked_on IS NULL WHEN 'renewed' THEN revoked_on IS NULL
        WHEN 'revoked' THEN num_nonnulls(revoked_on, reason) = 2 ELSE false END)
);
CREATE INDEX certificates_by_city ON certificates (city_code, updated_at DESC, id DESC);
CREATE INDEX certificates_by_district ON certificates (district_code, updated_at DESC, id DESC);
CREATE INDEX certificates_by_street ON certificates (street_code, updated_at DESC, id DESC);
CREATE INDEX certificates_by_community ON certificates (community_code, updated_at DESC, id DESC);
CREATE UNIQUE INDEX certificates_one_of_enrollment_unique ON certificates (enrollment_id) WHERE stage <> 'revoked';
CREATE INDEX certificates_by_learner ON certificates (learner_id, training_id);
CREATE INDEX certificates_by_subject ON certificates (subject) WHERE subject IS NOT NULL;
CREATE INDEX certificates_by_expiry ON certificates (jurisdiction, expires_on) WHERE stage = 'issued' AND expires_on IS NOT NULL;
CREATE TRIGGER certificates_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON certificates
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- What belongs to a learner belongs to whoever signs in as that learner now.
CREATE FUNCTION follow_subject_of_learner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training_enrollments SET subject = NEW.subject WHERE learner_id = NEW.id;
    UPDATE certificates SET subject = NEW.subject WHERE learner_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER learners_subject_followed AFTER UPDATE OF subject ON learners
    FOR EACH ROW WHEN (OLD.subject IS DISTINCT FROM NEW.subject) EXECUTE FUNCTION follow_subject_of_learner();

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('party_member_yearly_hours', 32, 0, 400, '《2019—2023年全国党员教育培训工作规划》（已到期，沿用其学时）'),
    ('party_secretary_yearly_hours', 56, 0, 400, '《2019—2023年全国党员教育培训工作规划》（已到期，沿用其学时）'),
    ('officer_yearly_hours', 0, 0, 400, '年度培训学时，由各地规定'),
    ('grid_worker_yearly_hours', 0, 0, 400, '年度培训学时，由各地规定'),
    ('neighborhood_worker_yearly_hours', 0, 0, 400, '年度培训学时，由各地规定'),
    ('committee_member_yearly_hours', 0, 0, 400, '年度培训学时，由各地规定'),
    ('property_manager_yearly_hours', 0, 0, 400, '年度培训学时，由各地规定'),
    ('training_presence_percent', 80, 1, 100, '培训出勤达到规定比例方计学时，由各地规定');

-- Hours by year: {"2026": 24}.
CREATE FUNCTION hours_in(hours jsonb, of_year integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE((hours ->> of_year::text)::integer, 0)
$$;

-- The most hours that one of the roles asks for at a place in a year: what is set nearest, as it holds at the end of the year.
CREATE FUNCTION learner_quota(roles jsonb, place text, of_year integer) RETURNS TABLE (quota bigint) LANGUAGE sql STABLE AS $$
    SELECT COALESCE(max(COALESCE((
        SELECT r.value FROM rules r
        WHERE r.name = n.name AND r.jurisdiction IN (place, left(place, 9), left(place, 6), left(place, 4))
            AND r.valid_from <= make_date(of_year, 12, 31)
        ORDER BY length(r.jurisdiction) DESC, r.valid_from DESC LIMIT 1), n.default_value)), 0)
    FROM jsonb_array_elements_text(roles) role JOIN rule_names n ON n.name = role || '_yearly_hours'
$$;

-- The learners in and below a place who have fewer hours in a year than `learner_quota` tells. It is worked out once for
-- each set of roles in a jurisdiction: for each learner it would take seconds in a city.
CREATE FUNCTION learners_short_of_hours(of_year integer, place text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    WITH held AS MATERIALIZED (
        SELECT DISTINCT ON (r.name, r.jurisdiction) r.name, r.jurisdiction, r.value FROM rules r
        WHERE r.name LIKE '%\_yearly\_hours' AND r.valid_from <= make_date(of_year, 12, 31)
        ORDER BY r.name, r.jurisdiction, r.valid_from DESC
    ), kinds AS (
        SELECT DISTINCT l.roles, l.jurisdiction FROM learners l WHERE l.jurisdiction >= place AND l.jurisdiction < place || ':'
    ), quotas AS (
        SELECT k.roles, k.jurisdiction, max(COALESCE(o.value, s.value, d.value, c.value, n.default_value)) AS quota
        FROM kinds k
        CROSS JOIN LATERAL jsonb_array_elements_text(k.roles) role
        JOIN rule_names n ON n.name = role || '_yearly_hours'
        LEFT JOIN held o ON o.name = n.name AND o.jurisdiction = k.jurisdiction
        LEFT JOIN held s ON s.name = n.name AND s.jurisdiction = left(k.jurisdiction, 9)
        LEFT JOIN held d ON d.name = n.name AND d.jurisdiction = left(k.jurisdiction, 6)
        LEFT JOIN held c ON c.name = n.name AND c.jurisdiction = left(k.jurisdiction, 4)
        GROUP BY k.roles, k.jurisdiction
    )
    SELECT l.id FROM learners l JOIN quotas q ON q.roles = l.roles AND q.jurisdiction = l.jurisdiction
    WHERE l.jurisdiction >= place AND l.jurisdiction < place || ':' AND hours_in(l.hours, of_year) < q.quota;
END $$;

ALTER TABLE responsibilities ADD COLUMN citations jsonb NOT NULL DEFAULT '[]';
ALTER TABLE rules ADD COLUMN citations jsonb NOT NULL DEFAULT '[]';
ALTER TABLE mediation_sessions ADD COLUMN citations jsonb NOT NULL DEFAULT '[]';
