CREATE TABLE mediators (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    gender text NOT NULL,
    committee_member boolean NOT NULL,
    subject text COLLATE "C",
    qualification text NOT NULL,
    specialties jsonb NOT NULL,
    training_hours jsonb NOT NULL,
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
    CONSTRAINT mediators_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT mediators_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT mediators_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT mediators_phone_length CHECK (char_length(phone) BETWEEN 5 AND 20),
    CONSTRAINT mediators_qualification_length CHECK (char_length(qualification) BETWEEN 1 AND 200),
    CONSTRAINT mediators_gender_known CHECK (gender IN ('female', 'male')),
    CONSTRAINT mediators_status_known CHECK (CASE status WHEN 'active' THEN left_on IS NULL WHEN 'left' THEN left_on IS NOT NULL ELSE false END)
);
CREATE INDEX mediators_by_city ON mediators (city_code, updated_at DESC, id DESC);
CREATE INDEX mediators_by_district ON mediators (district_code, updated_at DESC, id DESC);
CREATE INDEX mediators_by_street ON mediators (street_code, updated_at DESC, id DESC);
CREATE INDEX mediators_by_community ON mediators (community_code, updated_at DESC, id DESC);
CREATE INDEX mediators_by_organization ON mediators (organization_id);
-- Whoever signs in is one mediator of a committee at most.
CREATE UNIQUE INDEX mediators_subject_unique ON mediators (organization_id, subject) WHERE subject IS NOT NULL AND status = 'active';
CREATE TRIGGER mediators_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON mediators
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE SEQUENCE mediation_numbers;

CREATE TABLE mediations (
    id uuid PRIMARY KEY,
    number text NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    dispute_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    mediator_id uuid,
    mediator_subject text COLLATE "C",
    applicant_subject text COLLATE "C" NOT NULL,
    status text NOT NULL,
    parties jsonb NOT NULL,
    exclusions jsonb NOT NULL,
    rights_notice_on date,
    waiver text,
    began_on date,
    due_on date,
    warned boolean NOT NULL DEFAULT false,
    outcome text,
    next_step_at timestamptz,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT mediations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT mediations_dispute_exists FOREIGN KEY (dispute_id) REFERENCES disputes (id),
    CONSTRAINT mediations_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT mediations_mediator_exists FOREIGN KEY (mediator_id) REFERENCES mediators (id),
    CONSTRAINT mediations_number_unique UNIQUE (number),
    CONSTRAINT mediations_status_known CHECK (status IN (
        'proposed', 'consent_pending', 'mediator_selected', 'in_session', 'agreed', 'failed', 'terminated')),
    CONSTRAINT mediations_selected_has_mediator CHECK (status NOT IN ('mediator_selected', 'in_session', 'agreed') OR mediator_id IS NOT NULL),
    -- The law lets nobody be mediated who was not told of their rights.
    CONSTRAINT mediations_session_has_notice CHECK (status <> 'in_session' OR rights_notice_on IS NOT NULL AND began_on IS NOT NULL)
);
CREATE INDEX mediations_by_city ON mediations (city_code, updated_at DESC, id DESC);
CREATE INDEX mediations_by_district ON mediations (district_code, updated_at DESC, id DESC);
CREATE INDEX mediations_by_street ON mediations (street_code, updated_at DESC, id DESC);
CREATE INDEX mediations_by_community ON mediations (community_code, updated_at DESC, id DESC);
CREATE UNIQUE INDEX mediations_one_open_unique ON mediations (dispute_id)
    WHERE status IN ('proposed', 'consent_pending', 'mediator_selected', 'in_session');
CREATE INDEX mediations_by_dispute ON mediations (dispute_id);
CREATE INDEX mediations_by_mediator ON mediations (mediator_id, status) WHERE mediator_id IS NOT NULL;
CREATE INDEX mediations_by_mediator_subject ON mediations (mediator_subject) WHERE mediator_subject IS NOT NULL;
CREATE INDEX mediations_by_applicant ON mediations (applicant_subject);
CREATE INDEX mediations_by_next_step ON mediations (next_step_at) WHERE next_step_at IS NOT NULL;
CREATE TRIGGER mediations_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON mediations
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TABLE mediation_sessions (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    mediation_id uuid NOT NULL,
    mediator_id uuid NOT NULL,
    mediator_subject text COLLATE "C",
    applicant_subject text COLLATE "C" NOT NULL,
    status text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    place text NOT NULL,
    invitations jsonb NOT NULL,
    attendance jsonb NOT NULL,
    minutes text,
    cited_policies jsonb NOT NULL,
    reason text,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT mediation_sessions_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT mediation_sessions_mediation_exists FOREIGN KEY (mediation_id) REFERENCES mediations (id),
    CONSTRAINT mediation_sessions_mediator_exists FOREIGN KEY (mediator_id) REFERENCES mediators (id),
    CONSTRAINT mediation_sessions_times CHECK (ends_at > starts_at),
    CONSTRAINT mediation_sessions_place_length CHECK (char_length(place) BETWEEN 1 AND 200),
    CONSTRAINT mediation_sessions_status_known CHECK (status IN (
        'scheduled', 'in_progress', 'adjourned', 'completed', 'cancelled', 'no_show')),
    -- A mediator is in one place at a time.
    CONSTRAINT mediation_sessions_mediator_free EXCLUDE USING gist (
        uuidrange(mediator_id, mediator_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (status IN ('scheduled', 'in_progress'))
);
CREATE INDEX mediation_sessions_by_city ON mediation_sessions (city_code, starts_at, id);
CREATE INDEX mediation_sessions_by_district ON mediation_sessions (district_code, starts_at, id);
CREATE INDEX mediation_sessions_by_street ON mediation_sessions (street_code, starts_at, id);
CREATE INDEX mediation_sessions_by_community ON mediation_sessions (community_code, starts_at, id);
CREATE INDEX mediation_sessions_by_mediation ON mediation_sessions (mediation_id, starts_at);
CREATE INDEX mediation_sessions_by_mediator ON mediation_sessions (mediator_id, starts_at);
CREATE INDEX mediation_sessions_by_mediator_subject ON mediation_sessions (mediator_subject, starts_at) WHERE mediator_subject IS NOT NULL;
CREATE INDEX mediation_sessions_by_applicant ON mediation_sessions (applicant_subject, starts_at);
CREATE TRIGGER mediation_sessions_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON mediation_sessions
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- What one party told the mediator alone: nobody but who wrote it reads it.
CREATE TABLE caucus_notes (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES mediation_sessions (id),
    written_by text NOT NULL,
    written_at timestamptz NOT NULL,
    party_position smallint,
    note text NOT NULL CONSTRAINT caucus_notes_note_length CHECK (char_length(note) BETWEEN 1 AND 5000)
);
CREATE INDEX caucus_notes_by_session ON caucus_notes (session_id, id);

CREATE SEQUENCE agreement_numbers;

CREATE TABLE agreements (
    id uuid PRIMARY KEY,
    number text NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    mediation_id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    mediator_subject text COLLATE "C",
    applicant_subject text COLLATE "C" NOT NULL,
    form text NOT NULL,
    status text NOT NULL,
    facts text NOT NULL,
    points_at_issue text,
    responsibilities text,
    obligations jsonb NOT NULL,
    signatures jsonb NOT NULL,
    sealed_on date,
    effective_on date,
    confirmation json NOT NULL,
    visit_due_on date,
    visit_note text,
    reason text,
    next_step_at timestamptz,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT agreements_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT agreements_mediation_exists FOREIGN KEY (mediation_id) REFERENCES mediations (id),
    CONSTRAINT agreements_dispute_exists FOREIGN KEY (dispute_id) REFERENCES disputes (id),
    CONSTRAINT agreements_number_unique UNIQUE (number),
    CONSTRAINT agreements_form_known CHECK (form IN ('written', 'oral')),
    CONSTRAINT agreements_status_known CHECK (status IN (
        'draft', 'signing', 'effective', 'performing', 'performed', 'defaulted', 'rescinded')),
    CONSTRAINT agreements_in_force_has_day CHECK (status IN ('draft', 'signing', 'rescinded') OR effective_on IS NOT NULL)
);
CREATE INDEX agreements_by_city ON agreements (city_code, updated_at DESC, id DESC);
CREATE INDEX agreements_by_district ON agreements (district_code, updated_at DESC, id DESC);
CREATE INDEX agreements_by_street ON agreements (street_code, updated_at DESC, id DESC);
CREATE INDEX agreements_by_community ON agreements (community_code, updated_at DESC, id DESC);
CREATE UNIQUE INDEX agreements_one_of_mediation_unique ON agreements (mediation_id) WHERE status <> 'rescinded';
CREATE INDEX agreements_by_dispute ON agreements (dispute_id);
CREATE INDEX agreements_by_mediator_subject ON agreements (mediator_subject) WHERE mediator_subject IS NOT NULL;
CREATE INDEX agreements_by_applicant ON agreements (applicant_subject);
CREATE INDEX agreements_by_next_step ON agreements (next_step_at) WHERE next_step_at IS NOT NULL;
CREATE TRIGGER agreements_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON agreements
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('mediation_days', 30, 7, 180, '《人民调解工作若干规定》第三十三条：人民调解委员会调解纠纷，一般在一个月内调结'),
    ('mediation_warning_days', 23, 1, 180, '调解期限届满前的提醒，由各地规定'),
    ('mediator_yearly_hours', 24, 0, 200, '人民调解员年度培训学时，由各地规定'),
    ('agreement_visit_days', 30, 1, 365, '调解协议生效后的回访，由各地规定'),
    ('confirmation_first_reminder_days', 10, 1, 29, '司法确认申请期限的提醒，由各地规定'),
    ('confirmation_second_reminder_days', 20, 1, 29, '司法确认申请期限的提醒，由各地规定'),
    ('confirmation_last_reminder_days', 27, 1, 29, '司法确认申请期限的提醒，由各地规定');
