CREATE TABLE agreements (
    id uuid NOT NULL,
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
    next_step_at timestamp with time zone,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    level text DEFAULT 'community'::text NOT NULL,
    taken_steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    enforcement json DEFAULT '{"route":null,"enforceable_on":null,"body":null,"document_number":null,"applied_on":null,"court":null,"case_number":null}'::json NOT NULL
);

ALTER TABLE agreements ADD CONSTRAINT agreements_dispute_exists FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE agreements ADD CONSTRAINT agreements_form_known CHECK ((form = ANY (ARRAY['written'::text, 'oral'::text])));

ALTER TABLE agreements ADD CONSTRAINT agreements_in_force_has_day CHECK (((status = ANY (ARRAY['draft'::text, 'signing'::text, 'rescinded'::text])) OR (effective_on IS NOT NULL)));

ALTER TABLE agreements ADD CONSTRAINT agreements_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE agreements ADD CONSTRAINT agreements_level_known CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text])));

ALTER TABLE agreements ADD CONSTRAINT agreements_mediation_exists FOREIGN KEY (mediation_id) REFERENCES mediations(id);

ALTER TABLE agreements ADD CONSTRAINT agreements_number_unique UNIQUE (number);

ALTER TABLE agreements ADD CONSTRAINT agreements_pkey PRIMARY KEY (id);

ALTER TABLE agreements ADD CONSTRAINT agreements_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'signing'::text, 'effective'::text, 'performing'::text, 'performed'::text, 'defaulted'::text, 'rescinded'::text])));

CREATE TABLE audit_entries (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    caller text NOT NULL,
    client_id text,
    role text NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    request_id uuid NOT NULL,
    before json,
    after json
) PARTITION BY RANGE (at);

ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (id, at);

CREATE TABLE audit_entries_rest (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    caller text NOT NULL,
    client_id text,
    role text NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    request_id uuid NOT NULL,
    before json,
    after json
);

ALTER TABLE audit_entries_rest ADD CONSTRAINT audit_entries_rest_pkey PRIMARY KEY (id, at);

CREATE TABLE calendar_years (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    days jsonb NOT NULL,
    legal_basis text NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    applied_version bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    applying_version bigint DEFAULT 0 NOT NULL,
    applied_up_to uuid,
    voided_on date,
    void_reason text
);

ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_city_or_province CHECK ((char_length(jurisdiction) = ANY (ARRAY[2, 4])));

ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_legal_basis_length CHECK (((char_length(legal_basis) >= 1) AND (char_length(legal_basis) <= 500)));

ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_pkey PRIMARY KEY (id);

ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_voided_with_reason CHECK ((((voided_on IS NULL) = (void_reason IS NULL)) AND (char_length(void_reason) <= 1000)));

ALTER TABLE calendar_years ADD CONSTRAINT calendar_years_year_plausible CHECK (((year >= 2000) AND (year <= 2200)));

CREATE TABLE caucus_notes (
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    written_by text NOT NULL,
    written_at timestamp with time zone NOT NULL,
    party_position smallint,
    note text NOT NULL
);

ALTER TABLE caucus_notes ADD CONSTRAINT caucus_notes_note_length CHECK (((char_length(note) >= 1) AND (char_length(note) <= 5000)));

ALTER TABLE caucus_notes ADD CONSTRAINT caucus_notes_pkey PRIMARY KEY (id);

ALTER TABLE caucus_notes ADD CONSTRAINT caucus_notes_session_id_fkey FOREIGN KEY (session_id) REFERENCES mediation_sessions(id);

CREATE TABLE certificates (
    id uuid NOT NULL,
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
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE certificates ADD CONSTRAINT certificates_code_unique UNIQUE (code);

ALTER TABLE certificates ADD CONSTRAINT certificates_enrollment_exists FOREIGN KEY (enrollment_id) REFERENCES training_enrollments(id);

ALTER TABLE certificates ADD CONSTRAINT certificates_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE certificates ADD CONSTRAINT certificates_learner_exists FOREIGN KEY (learner_id) REFERENCES learners(id);

ALTER TABLE certificates ADD CONSTRAINT certificates_number_unique UNIQUE (number);

ALTER TABLE certificates ADD CONSTRAINT certificates_pkey PRIMARY KEY (id);

ALTER TABLE certificates ADD CONSTRAINT certificates_renewal_exists FOREIGN KEY (renewal_id) REFERENCES training_enrollments(id);

ALTER TABLE certificates ADD CONSTRAINT certificates_stage_known CHECK (
CASE stage
    WHEN 'issued'::text THEN (revoked_on IS NULL)
    WHEN 'renewed'::text THEN (revoked_on IS NULL)
    WHEN 'revoked'::text THEN (num_nonnulls(revoked_on, reason) = 2)
    ELSE false
END);

ALTER TABLE certificates ADD CONSTRAINT certificates_training_exists FOREIGN KEY (training_id) REFERENCES trainings(id);

CREATE TABLE changes (
    tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    op text NOT NULL,
    reason text,
    version bigint NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    moved_to text COLLATE "C",
    changed_at timestamp with time zone NOT NULL,
    data text,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE changes ADD CONSTRAINT changes_op_known CHECK ((op = ANY (ARRAY['upsert'::text, 'removed'::text])));

ALTER TABLE changes ADD CONSTRAINT changes_pkey PRIMARY KEY (tx, seq);

ALTER TABLE changes ADD CONSTRAINT changes_upsert_has_data CHECK (((op = 'removed'::text) OR (data IS NOT NULL)));

CREATE TABLE consultations (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    organization_id uuid,
    title text NOT NULL,
    background text NOT NULL,
    options jsonb DEFAULT '[]'::jsonb NOT NULL,
    estate_ids jsonb DEFAULT '[]'::jsonb NOT NULL,
    grid_unit_ids jsonb DEFAULT '[]'::jsonb NOT NULL,
    buildings jsonb DEFAULT '[]'::jsonb NOT NULL,
    links jsonb DEFAULT '[]'::jsonb NOT NULL,
    hearings jsonb DEFAULT '[]'::jsonb NOT NULL,
    closes_on date NOT NULL,
    status text NOT NULL,
    opened_at timestamp with time zone,
    reason text,
    result json DEFAULT 'null'::json NOT NULL,
    published_at timestamp with time zone,
    groups jsonb DEFAULT '[]'::jsonb NOT NULL,
    next_step_on date,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE consultations ADD CONSTRAINT consultations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE consultations ADD CONSTRAINT consultations_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE consultations ADD CONSTRAINT consultations_pkey PRIMARY KEY (id);

ALTER TABLE consultations ADD CONSTRAINT consultations_status_known CHECK (((status = ANY (ARRAY['draft'::text, 'discarded'::text, 'open'::text, 'closed'::text, 'answered'::text, 'published'::text, 'cancelled'::text])) AND ((status = 'published'::text) = (published_at IS NOT NULL)) AND ((status = ANY (ARRAY['draft'::text, 'discarded'::text])) = (opened_at IS NULL))));

ALTER TABLE consultations ADD CONSTRAINT consultations_texts_length CHECK ((((char_length(title) >= 1) AND (char_length(title) <= 200)) AND ((char_length(background) >= 1) AND (char_length(background) <= 20000)) AND (char_length(reason) <= 1000)));

CREATE TABLE council_meetings (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    council_id uuid NOT NULL,
    estate_id uuid,
    kind text NOT NULL,
    title text NOT NULL,
    place text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    series_id uuid,
    decision text NOT NULL,
    seats jsonb NOT NULL,
    delegates jsonb NOT NULL,
    record json NOT NULL,
    notified_at timestamp with time zone,
    opened_at timestamp with time zone,
    concluded_at timestamp with time zone,
    reason text,
    next_due_on date,
    public_text text,
    published_at timestamp with time zone,
    objections_until date,
    texts json NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_council_exists FOREIGN KEY (council_id) REFERENCES councils(id);

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_decision_known CHECK ((decision = ANY (ARRAY['consensus'::text, 'majority'::text])));

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_end_after_start CHECK ((ends_at > starts_at));

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_kind_known CHECK ((kind = ANY (ARRAY['four_in_one'::text, 'property_joint_meeting'::text])));

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_pkey PRIMARY KEY (id);

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_published_whole CHECK (((num_nonnulls(public_text, published_at, objections_until) = ANY (ARRAY[0, 3])) AND ((status = 'published'::text) = (published_at IS NOT NULL))));

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_status_known CHECK ((status = ANY (ARRAY['planned'::text, 'notified'::text, 'open'::text, 'adjourned'::text, 'concluded'::text, 'minutes_signed'::text, 'published'::text, 'cancelled'::text])));

ALTER TABLE council_meetings ADD CONSTRAINT council_meetings_texts_length CHECK ((((char_length(title) >= 1) AND (char_length(title) <= 200)) AND ((char_length(place) >= 1) AND (char_length(place) <= 200)) AND (char_length(reason) <= 1000) AND (char_length(public_text) <= 50000)));

CREATE TABLE councils (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid,
    kind text NOT NULL,
    name text NOT NULL,
    decision text NOT NULL,
    seats jsonb NOT NULL,
    delegates jsonb DEFAULT '[]'::jsonb NOT NULL,
    requests jsonb DEFAULT '[]'::jsonb NOT NULL,
    answer_due_on date,
    status text NOT NULL,
    dissolution_reason text,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE councils ADD CONSTRAINT councils_decision_known CHECK ((decision = ANY (ARRAY['consensus'::text, 'majority'::text])));

ALTER TABLE councils ADD CONSTRAINT councils_dissolved_with_reason CHECK (((status = ANY (ARRAY['active'::text, 'dissolved'::text])) AND ((status = 'dissolved'::text) = (dissolution_reason IS NOT NULL))));

ALTER TABLE councils ADD CONSTRAINT councils_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE councils ADD CONSTRAINT councils_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE councils ADD CONSTRAINT councils_kind_known CHECK ((kind = ANY (ARRAY['four_in_one'::text, 'property_joint_meeting'::text])));

ALTER TABLE councils ADD CONSTRAINT councils_pkey PRIMARY KEY (id);

ALTER TABLE councils ADD CONSTRAINT councils_texts_length CHECK ((((char_length(name) >= 1) AND (char_length(name) <= 100)) AND (char_length(dissolution_reason) <= 1000)));

CREATE TABLE database_identity (
    only_one boolean DEFAULT true NOT NULL,
    system_identifier bigint NOT NULL,
    epoch uuid NOT NULL,
    adopted_at timestamp with time zone NOT NULL,
    database_oid bigint
);

ALTER TABLE database_identity ADD CONSTRAINT database_identity_is_one CHECK (only_one);

ALTER TABLE database_identity ADD CONSTRAINT database_identity_pkey PRIMARY KEY (only_one);

CREATE TABLE dispute_categories (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    title text,
    active boolean,
    matter text COLLATE "C",
    first_level text,
    risk text,
    required_fields jsonb,
    accept_days integer,
    first_contact_days integer,
    resolve_days integer,
    extension_days integer,
    legal_basis text NOT NULL,
    valid_from date NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    voided_on date,
    void_reason text
);

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_code_form CHECK ((code ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'::text));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_days_positive CHECK (((LEAST(accept_days, first_contact_days, resolve_days, extension_days) > 0) AND (GREATEST(accept_days, first_contact_days, resolve_days, extension_days) <= 365)));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_first_level_known CHECK ((first_level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text])));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_legal_basis_length CHECK (((char_length(legal_basis) >= 1) AND (char_length(legal_basis) <= 500)));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_matter_form CHECK ((matter ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'::text));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_pkey PRIMARY KEY (id);

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_risk_known CHECK ((risk = ANY (ARRAY['yellow'::text, 'orange'::text, 'red'::text])));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 100)));

ALTER TABLE dispute_categories ADD CONSTRAINT dispute_categories_voided_with_reason CHECK ((((voided_on IS NULL) = (void_reason IS NULL)) AND (char_length(void_reason) <= 1000)));

CREATE TABLE dispute_events (
    dispute_id uuid NOT NULL,
    version bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    from_status text,
    to_status text NOT NULL,
    note text,
    role text NOT NULL,
    caller text NOT NULL
);

ALTER TABLE dispute_events ADD CONSTRAINT dispute_events_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE dispute_events ADD CONSTRAINT dispute_events_pkey PRIMARY KEY (dispute_id, version);

CREATE TABLE dispute_guests (
    guest text COLLATE "C" NOT NULL,
    dispute_id uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    name text
);

ALTER TABLE dispute_guests ADD CONSTRAINT dispute_guests_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE dispute_guests ADD CONSTRAINT dispute_guests_kind_known CHECK ((kind = ANY (ARRAY['jurisdiction'::text, 'organization'::text, 'person'::text, 'party'::text])));

ALTER TABLE dispute_guests ADD CONSTRAINT dispute_guests_pkey PRIMARY KEY (guest, dispute_id);

ALTER TABLE dispute_guests ADD CONSTRAINT dispute_guests_reason_length CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000)));

CREATE TABLE dispute_parties (
    dispute_id uuid NOT NULL,
    position smallint NOT NULL,
    role text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    representative text,
    phone text,
    organization_id uuid,
    address text,
    subject text,
    linked_at timestamp with time zone,
    links smallint DEFAULT 0 NOT NULL
);

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_address_length CHECK (((char_length(address) >= 1) AND (char_length(address) <= 200)));

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_kind_known CHECK ((kind = ANY (ARRAY['person'::text, 'organization'::text])));

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_linked_or_not CHECK (((subject IS NULL) = (linked_at IS NULL)));

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_phone_length CHECK (((char_length(phone) >= 5) AND (char_length(phone) <= 20)));

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_pkey PRIMARY KEY (dispute_id, "position");

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_representative_length CHECK (((char_length(representative) >= 1) AND (char_length(representative) <= 100)));

ALTER TABLE dispute_parties ADD CONSTRAINT dispute_parties_role_known CHECK ((role = ANY (ARRAY['applicant'::text, 'respondent'::text, 'third_party'::text])));

CREATE TABLE disputes (
    id uuid NOT NULL,
    number text DEFAULT ('D'::text || lpad((nextval('dispute_numbers'::regclass))::text, 10, '0'::text)) NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    title text NOT NULL,
    description text,
    category text NOT NULL,
    estate_name text,
    status text NOT NULL,
    assignee text,
    resolution text,
    reported_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    level text DEFAULT 'community'::text NOT NULL,
    estate_id uuid,
    organization_id uuid,
    risk text DEFAULT 'yellow'::text NOT NULL,
    confidential boolean DEFAULT false NOT NULL,
    card text DEFAULT 'none'::text NOT NULL,
    due_at timestamp with time zone,
    next_step_at timestamp with time zone,
    approver text COLLATE "C",
    parent_id uuid,
    progress json NOT NULL,
    terms text[] NOT NULL,
    taken_steps jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE disputes ADD CONSTRAINT disputes_assigned_has_assignee CHECK (((status <> ALL (ARRAY['assigned'::text, 'in_handling'::text])) OR (assignee IS NOT NULL)));

ALTER TABLE disputes ADD CONSTRAINT disputes_assignee_length CHECK (((char_length(assignee) >= 1) AND (char_length(assignee) <= 100)));

ALTER TABLE disputes ADD CONSTRAINT disputes_card_known CHECK ((card = ANY (ARRAY['none'::text, 'yellow'::text, 'red'::text])));

ALTER TABLE disputes ADD CONSTRAINT disputes_category_form CHECK ((category ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'::text));

ALTER TABLE disputes ADD CONSTRAINT disputes_description_length CHECK ((char_length(description) <= 5000));

ALTER TABLE disputes ADD CONSTRAINT disputes_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE disputes ADD CONSTRAINT disputes_estate_name_length CHECK (((char_length(estate_name) >= 1) AND (char_length(estate_name) <= 100)));

ALTER TABLE disputes ADD CONSTRAINT disputes_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE disputes ADD CONSTRAINT disputes_level_known CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text])));

ALTER TABLE disputes ADD CONSTRAINT disputes_merged_has_parent CHECK (((status <> 'merged'::text) OR (parent_id IS NOT NULL)));

ALTER TABLE disputes ADD CONSTRAINT disputes_number_unique UNIQUE (number);

ALTER TABLE disputes ADD CONSTRAINT disputes_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE disputes ADD CONSTRAINT disputes_parent_exists FOREIGN KEY (parent_id) REFERENCES disputes(id);

ALTER TABLE disputes ADD CONSTRAINT disputes_parent_is_another CHECK ((parent_id <> id));

ALTER TABLE disputes ADD CONSTRAINT disputes_pkey PRIMARY KEY (id);

ALTER TABLE disputes ADD CONSTRAINT disputes_resolution_length CHECK (((char_length(resolution) >= 1) AND (char_length(resolution) <= 5000)));

ALTER TABLE disputes ADD CONSTRAINT disputes_resolved_has_resolution CHECK (((status <> ALL (ARRAY['resolved'::text, 'closed'::text])) OR (resolution IS NOT NULL)));

ALTER TABLE disputes ADD CONSTRAINT disputes_risk_known CHECK ((risk = ANY (ARRAY['yellow'::text, 'orange'::text, 'red'::text])));

ALTER TABLE disputes ADD CONSTRAINT disputes_status_known CHECK ((status = ANY (ARRAY['submitted'::text, 'accepted'::text, 'assigned'::text, 'in_handling'::text, 'in_mediation'::text, 'in_council'::text, 'resolved'::text, 'closed'::text, 'rejected'::text, 'withdrawn'::text, 'suspended'::text, 'transferred'::text, 'referred_out'::text, 'merged'::text])));

ALTER TABLE disputes ADD CONSTRAINT disputes_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));

CREATE TABLE division_changes (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    effective_on date NOT NULL,
    legal_basis text NOT NULL,
    steps jsonb NOT NULL,
    moved bigint NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    status text NOT NULL,
    stuck_count bigint NOT NULL,
    stuck jsonb NOT NULL,
    completed_at timestamp with time zone,
    moves jsonb NOT NULL,
    position integer NOT NULL,
    moved_up_to uuid NOT NULL,
    moved_before bigint NOT NULL,
    next_step_at timestamp with time zone
);

ALTER TABLE division_changes ADD CONSTRAINT division_changes_completed_or_going_on CHECK (
CASE status
    WHEN 'moving'::text THEN ((completed_at IS NULL) AND (next_step_at IS NOT NULL))
    ELSE ((completed_at IS NOT NULL) AND (next_step_at IS NULL))
END);

ALTER TABLE division_changes ADD CONSTRAINT division_changes_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE division_changes ADD CONSTRAINT division_changes_kind_known CHECK ((kind = ANY (ARRAY['rename'::text, 'merge'::text, 'split'::text, 'revoke'::text])));

ALTER TABLE division_changes ADD CONSTRAINT division_changes_legal_basis_length CHECK (((char_length(legal_basis) >= 1) AND (char_length(legal_basis) <= 500)));

ALTER TABLE division_changes ADD CONSTRAINT division_changes_pkey PRIMARY KEY (id);

ALTER TABLE division_changes ADD CONSTRAINT division_changes_status_known CHECK ((status = ANY (ARRAY['moving'::text, 'completed'::text])));

CREATE TABLE duties (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid,
    council_id uuid,
    meeting_id uuid,
    item_id uuid,
    position smallint,
    organization_id uuid NOT NULL,
    title text NOT NULL,
    task text NOT NULL,
    starts_on date NOT NULL,
    working_days integer NOT NULL,
    extension_days integer,
    due_on date NOT NULL,
    provisional boolean NOT NULL,
    status text NOT NULL,
    card text NOT NULL,
    progress jsonb DEFAULT '[]'::jsonb NOT NULL,
    reviews jsonb DEFAULT '[]'::jsonb NOT NULL,
    reported_on date,
    in_time boolean,
    reason text,
    next_step_on date,
    taken_steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    vote_id uuid
);

ALTER TABLE duties ADD CONSTRAINT duties_card_known CHECK ((card = ANY (ARRAY['none'::text, 'yellow'::text, 'red'::text])));

ALTER TABLE duties ADD CONSTRAINT duties_council_exists FOREIGN KEY (council_id) REFERENCES councils(id);

ALTER TABLE duties ADD CONSTRAINT duties_days_positive CHECK (((working_days > 0) AND (extension_days > 0)));

ALTER TABLE duties ADD CONSTRAINT duties_decided_once CHECK (((num_nonnulls(council_id, vote_id) = 1) AND (num_nonnulls(council_id, meeting_id, item_id, "position") = ANY (ARRAY[0, 4])))) NOT VALID;

ALTER TABLE duties ADD CONSTRAINT duties_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE duties ADD CONSTRAINT duties_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE duties ADD CONSTRAINT duties_meeting_exists FOREIGN KEY (meeting_id) REFERENCES council_meetings(id);

ALTER TABLE duties ADD CONSTRAINT duties_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE duties ADD CONSTRAINT duties_pkey PRIMARY KEY (id);

ALTER TABLE duties ADD CONSTRAINT duties_status_known CHECK (((status = ANY (ARRAY['open'::text, 'reported'::text, 'done'::text, 'cancelled'::text])) AND ((status = 'done'::text) = (in_time IS NOT NULL))));

ALTER TABLE duties ADD CONSTRAINT duties_texts_length CHECK ((((char_length(title) >= 1) AND (char_length(title) <= 200)) AND ((char_length(task) >= 1) AND (char_length(task) <= 2000)) AND (char_length(reason) <= 1000)));

ALTER TABLE duties ADD CONSTRAINT duties_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes(id) NOT VALID;

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
    owners jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE estate_units ADD CONSTRAINT estate_units_area_positive CHECK ((area > 0));

ALTER TABLE estate_units ADD CONSTRAINT estate_units_basis_known CHECK ((area_basis = ANY (ARRAY['registered'::text, 'surveyed'::text, 'contract'::text])));

ALTER TABLE estate_units ADD CONSTRAINT estate_units_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE estate_units ADD CONSTRAINT estate_units_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE estate_units ADD CONSTRAINT estate_units_labels_length CHECK ((((char_length(building) >= 1) AND (char_length(building) <= 20)) AND (char_length(entrance) <= 20) AND ((char_length(number) >= 1) AND (char_length(number) <= 20)) AND (char_length(reason) <= 1000)));

ALTER TABLE estate_units ADD CONSTRAINT estate_units_pkey PRIMARY KEY (id);

ALTER TABLE estate_units ADD CONSTRAINT estate_units_sold_to_somebody CHECK (((sold = (owners <> '[]'::jsonb)) AND (sold OR (delivered_on IS NULL))));

ALTER TABLE estate_units ADD CONSTRAINT estate_units_status_known CHECK ((status = ANY (ARRAY['registered'::text, 'voided'::text])));

CREATE TABLE estates (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    name text NOT NULL,
    address text,
    units integer NOT NULL,
    households integer NOT NULL,
    area bigint NOT NULL,
    longitude double precision,
    latitude double precision,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    committee_id uuid,
    committee_ends_on date
);

ALTER TABLE estates ADD CONSTRAINT estates_address_length CHECK ((char_length(address) <= 200));

ALTER TABLE estates ADD CONSTRAINT estates_area_range CHECK (((area >= 1) AND (area <= '10000000000'::bigint)));

ALTER TABLE estates ADD CONSTRAINT estates_committee_exists FOREIGN KEY (committee_id) REFERENCES owners_committees(id);

ALTER TABLE estates ADD CONSTRAINT estates_committee_has_term CHECK ((num_nonnulls(committee_id, committee_ends_on) = ANY (ARRAY[0, 2])));

ALTER TABLE estates ADD CONSTRAINT estates_households_range CHECK (((households >= 0) AND (households <= 100000)));

ALTER TABLE estates ADD CONSTRAINT estates_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE estates ADD CONSTRAINT estates_latitude_range CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision)));

ALTER TABLE estates ADD CONSTRAINT estates_location_is_a_point CHECK ((num_nonnulls(longitude, latitude) = ANY (ARRAY[0, 2])));

ALTER TABLE estates ADD CONSTRAINT estates_longitude_range CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision)));

ALTER TABLE estates ADD CONSTRAINT estates_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE estates ADD CONSTRAINT estates_pkey PRIMARY KEY (id);

ALTER TABLE estates ADD CONSTRAINT estates_stand_in_a_community_or_a_grid CHECK ((char_length(jurisdiction) = ANY (ARRAY[12, 15])));

ALTER TABLE estates ADD CONSTRAINT estates_units_range CHECK (((units >= 1) AND (units <= 100000)));

CREATE TABLE grid_enrollments (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    organization_id uuid,
    estate_id uuid,
    status text NOT NULL,
    invited_on date NOT NULL,
    joined_on date,
    left_on date,
    reason text,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_estate_in_one_unit EXCLUDE USING gist (uuidrange(estate_id, estate_id, '[]'::text) WITH &&, daterange(joined_on, left_on) WITH &&) WHERE (((estate_id IS NOT NULL) AND (joined_on IS NOT NULL)));

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_in_a_grid CHECK ((char_length(jurisdiction) = 15));

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_left_after_joined CHECK ((left_on >= joined_on));

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_of_one CHECK ((num_nonnulls(organization_id, estate_id) = 1));

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_organization_once_in_a_unit EXCLUDE USING gist (uuidrange(organization_id, organization_id, '[]'::text) WITH &&, uuidrange((md5(jurisdiction))::uuid, (md5(jurisdiction))::uuid, '[]'::text) WITH &&, daterange(joined_on, left_on) WITH &&) WHERE (((organization_id IS NOT NULL) AND (joined_on IS NOT NULL)));

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_pkey PRIMARY KEY (id);

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_reason_length CHECK ((char_length(reason) <= 1000));

ALTER TABLE grid_enrollments ADD CONSTRAINT grid_enrollments_status_known CHECK (
CASE status
    WHEN 'invited'::text THEN (num_nonnulls(joined_on, left_on) = 0)
    WHEN 'joined'::text THEN ((joined_on IS NOT NULL) AND (left_on IS NULL))
    WHEN 'left'::text THEN (left_on IS NOT NULL)
    ELSE false
END);

CREATE TABLE grid_records (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    description text,
    estate_id uuid,
    place text,
    patrol_id uuid,
    observed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    status text NOT NULL,
    outcome text,
    dispute_id uuid,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_dispute_exists FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_ended_after_begin CHECK ((ended_at >= observed_at));

ALTER TABLE grid_records ADD CONSTRAINT grid_records_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_filed_as_dispute CHECK (((status = 'filed'::text) = (dispute_id IS NOT NULL)));

ALTER TABLE grid_records ADD CONSTRAINT grid_records_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_kind_known CHECK (
CASE kind
    WHEN 'patrol'::text THEN ((patrol_id IS NULL) AND (status = ANY (ARRAY['recorded'::text, 'dismissed'::text])))
    WHEN 'clue'::text THEN ((ended_at IS NULL) AND (status = ANY (ARRAY['open'::text, 'settled'::text, 'filed'::text, 'dismissed'::text])))
    ELSE false
END);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_patrol_exists FOREIGN KEY (patrol_id) REFERENCES grid_records(id);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_pkey PRIMARY KEY (id);

ALTER TABLE grid_records ADD CONSTRAINT grid_records_texts_length CHECK ((((char_length(title) >= 1) AND (char_length(title) <= 200)) AND (char_length(description) <= 5000) AND (char_length(place) <= 200) AND (char_length(outcome) <= 1000)));

CREATE TABLE grid_unit_periods (
    grid_unit_id uuid NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    status text NOT NULL,
    name text NOT NULL,
    lead_name text,
    lead_phone text,
    worker_name text,
    worker_phone text,
    party_group text,
    households integer NOT NULL,
    reason text,
    party_members integer,
    worker_full_time boolean
);

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_grid_unit_id_fkey FOREIGN KEY (grid_unit_id) REFERENCES grid_units(id);

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_households_range CHECK (((households >= 0) AND (households <= 100000)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_lead_name_length CHECK (((char_length(lead_name) >= 1) AND (char_length(lead_name) <= 100)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_lead_phone_length CHECK (((char_length(lead_phone) >= 5) AND (char_length(lead_phone) <= 20)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_party_group_length CHECK (((char_length(party_group) >= 1) AND (char_length(party_group) <= 100)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_party_members_counted CHECK (((party_members >= 0) AND (party_members <= 100000)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_pkey PRIMARY KEY (grid_unit_id, valid_from);

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_reason_length CHECK ((char_length(reason) <= 1000));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_status_known CHECK ((status = ANY (ARRAY['proposed'::text, 'active'::text, 'rejected'::text, 'merged'::text, 'retired'::text])));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_until_after_from CHECK ((valid_until > valid_from));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_worker_name_length CHECK (((char_length(worker_name) >= 1) AND (char_length(worker_name) <= 100)));

ALTER TABLE grid_unit_periods ADD CONSTRAINT grid_unit_periods_worker_phone_length CHECK (((char_length(worker_phone) >= 5) AND (char_length(worker_phone) <= 20)));

CREATE TABLE grid_units (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    successor_id uuid,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    taken_steps jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE grid_units ADD CONSTRAINT grid_units_code_has_15_digits CHECK ((jurisdiction ~ '^[0-9]{15}$'::text));

ALTER TABLE grid_units ADD CONSTRAINT grid_units_code_unique UNIQUE (jurisdiction);

ALTER TABLE grid_units ADD CONSTRAINT grid_units_community_exists FOREIGN KEY (community_code) REFERENCES jurisdictions(code);

ALTER TABLE grid_units ADD CONSTRAINT grid_units_pkey PRIMARY KEY (id);

ALTER TABLE grid_units ADD CONSTRAINT grid_units_successor_exists FOREIGN KEY (successor_id) REFERENCES grid_units(id);

CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    body text NOT NULL,
    location text,
    version bigint NOT NULL,
    kind text NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    created_at timestamp with time zone NOT NULL,
    within_reach boolean DEFAULT true NOT NULL,
    jurisdiction text COLLATE "C"
);

ALTER TABLE idempotency_keys ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller, key);

CREATE TABLE job_failures (
    job text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    attempts integer NOT NULL,
    failed_at timestamp with time zone NOT NULL,
    retry_at timestamp with time zone NOT NULL,
    cause text NOT NULL
);

ALTER TABLE job_failures ADD CONSTRAINT job_failures_pkey PRIMARY KEY (job, record_id);

CREATE TABLE jurisdictions (
    code text COLLATE "C" NOT NULL,
    level text NOT NULL,
    name text NOT NULL,
    parent_code text COLLATE "C",
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revoked_on date,
    successor_code text COLLATE "C"
);

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_code_fits_level CHECK (((code !~ '[^0-9]'::text) AND (char_length(code) =
CASE level
    WHEN 'province'::text THEN 2
    WHEN 'city'::text THEN 4
    WHEN 'district'::text THEN 6
    WHEN 'street'::text THEN 9
    WHEN 'community'::text THEN 12
    WHEN 'grid'::text THEN 15
    ELSE NULL::integer
END)));

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_parent_begins_code CHECK ((
CASE level
    WHEN 'province'::text THEN (parent_code IS NULL)
    WHEN 'city'::text THEN true
    ELSE (parent_code IS NOT NULL)
END AND starts_with(code, COALESCE(parent_code, ''::text))));

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_parent_code_fkey FOREIGN KEY (parent_code) REFERENCES jurisdictions(code) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_pkey PRIMARY KEY (code);

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_revoked_has_successor CHECK (((revoked_on IS NULL) = (successor_code IS NULL)));

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_successor_exists FOREIGN KEY (successor_code) REFERENCES jurisdictions(code);

ALTER TABLE jurisdictions ADD CONSTRAINT jurisdictions_successor_is_another CHECK ((successor_code <> code));

CREATE TABLE learner_merges (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    into_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    reason text NOT NULL,
    enrollment_count integer NOT NULL,
    certificate_count integer NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_into_exists FOREIGN KEY (into_id) REFERENCES learners(id);

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_learner_exists FOREIGN KEY (learner_id) REFERENCES learners(id);

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_of_two CHECK ((into_id <> learner_id));

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_once_unique UNIQUE (learner_id);

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_pkey PRIMARY KEY (id);

ALTER TABLE learner_merges ADD CONSTRAINT learner_merges_reason_length CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 1000)));

CREATE TABLE learners (
    id uuid NOT NULL,
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
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    linked_subjects jsonb DEFAULT '[]'::jsonb NOT NULL,
    merged_into_id uuid
);

ALTER TABLE learners ADD CONSTRAINT learners_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE learners ADD CONSTRAINT learners_merged_into_exists FOREIGN KEY (merged_into_id) REFERENCES learners(id);

ALTER TABLE learners ADD CONSTRAINT learners_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE learners ADD CONSTRAINT learners_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE learners ADD CONSTRAINT learners_organization_has_kind CHECK ((num_nonnulls(organization_id, organization_kind) = ANY (ARRAY[0, 2])));

ALTER TABLE learners ADD CONSTRAINT learners_pkey PRIMARY KEY (id);

ALTER TABLE learners ADD CONSTRAINT learners_status_known CHECK (
CASE status
    WHEN 'active'::text THEN (num_nonnulls(left_on, merged_into_id) = 0)
    WHEN 'left'::text THEN ((left_on IS NOT NULL) AND (merged_into_id IS NULL))
    WHEN 'merged'::text THEN (num_nonnulls(left_on, merged_into_id) = 2)
    ELSE false
END);

CREATE TABLE mediation_sessions (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    mediation_id uuid NOT NULL,
    mediator_id uuid NOT NULL,
    mediator_subject text COLLATE "C",
    applicant_subject text COLLATE "C" NOT NULL,
    status text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    place text NOT NULL,
    invitations jsonb NOT NULL,
    attendance jsonb NOT NULL,
    minutes text,
    cited_policies jsonb NOT NULL,
    reason text,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    level text DEFAULT 'community'::text NOT NULL,
    citations jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_level_known CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text])));

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_mediation_exists FOREIGN KEY (mediation_id) REFERENCES mediations(id);

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_mediator_exists FOREIGN KEY (mediator_id) REFERENCES mediators(id);

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_mediator_free EXCLUDE USING gist (uuidrange(mediator_id, mediator_id, '[]'::text) WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE ((status = ANY (ARRAY['scheduled'::text, 'in_progress'::text])));

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_pkey PRIMARY KEY (id);

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_place_length CHECK (((char_length(place) >= 1) AND (char_length(place) <= 200)));

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_status_known CHECK ((status = ANY (ARRAY['scheduled'::text, 'in_progress'::text, 'adjourned'::text, 'completed'::text, 'cancelled'::text, 'no_show'::text])));

ALTER TABLE mediation_sessions ADD CONSTRAINT mediation_sessions_times CHECK ((ends_at > starts_at));

CREATE TABLE mediations (
    id uuid NOT NULL,
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
    warned boolean DEFAULT false NOT NULL,
    outcome text,
    next_step_at timestamp with time zone,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    level text DEFAULT 'community'::text NOT NULL,
    offers jsonb DEFAULT '[]'::jsonb NOT NULL,
    undisputed_facts text,
    mediation_type text DEFAULT 'people'::text NOT NULL,
    helpers jsonb DEFAULT '[]'::jsonb NOT NULL,
    conflicts jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE mediations ADD CONSTRAINT mediations_dispute_exists FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE mediations ADD CONSTRAINT mediations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE mediations ADD CONSTRAINT mediations_level_known CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text])));

ALTER TABLE mediations ADD CONSTRAINT mediations_mediator_exists FOREIGN KEY (mediator_id) REFERENCES mediators(id);

ALTER TABLE mediations ADD CONSTRAINT mediations_number_unique UNIQUE (number);

ALTER TABLE mediations ADD CONSTRAINT mediations_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE mediations ADD CONSTRAINT mediations_pkey PRIMARY KEY (id);

ALTER TABLE mediations ADD CONSTRAINT mediations_selected_has_mediator CHECK (((status <> ALL (ARRAY['mediator_selected'::text, 'in_session'::text, 'agreed'::text])) OR (mediator_id IS NOT NULL)));

ALTER TABLE mediations ADD CONSTRAINT mediations_session_has_notice CHECK (((status <> 'in_session'::text) OR ((rights_notice_on IS NOT NULL) AND (began_on IS NOT NULL))));

ALTER TABLE mediations ADD CONSTRAINT mediations_status_known CHECK ((status = ANY (ARRAY['proposed'::text, 'consent_pending'::text, 'mediator_selected'::text, 'in_session'::text, 'agreed'::text, 'failed'::text, 'terminated'::text])));

ALTER TABLE mediations ADD CONSTRAINT mediations_type_known CHECK ((mediation_type = ANY (ARRAY['people'::text, 'administrative'::text, 'commercial'::text, 'court_invited'::text])));

ALTER TABLE mediations ADD CONSTRAINT mediations_undisputed_facts_length CHECK (((char_length(undisputed_facts) >= 1) AND (char_length(undisputed_facts) <= 5000)));

CREATE TABLE mediators (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    gender text NOT NULL,
    committee_member boolean NOT NULL,
    subject text COLLATE "C",
    qualification text NOT NULL,
    specialties jsonb NOT NULL,
    training_hours jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text NOT NULL,
    left_on date,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    learner_id uuid,
    linked_subjects jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE mediators ADD CONSTRAINT mediators_gender_known CHECK ((gender = ANY (ARRAY['female'::text, 'male'::text])));

ALTER TABLE mediators ADD CONSTRAINT mediators_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE mediators ADD CONSTRAINT mediators_learner_exists FOREIGN KEY (learner_id) REFERENCES learners(id);

ALTER TABLE mediators ADD CONSTRAINT mediators_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE mediators ADD CONSTRAINT mediators_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE mediators ADD CONSTRAINT mediators_phone_length CHECK (((char_length(phone) >= 5) AND (char_length(phone) <= 20)));

ALTER TABLE mediators ADD CONSTRAINT mediators_pkey PRIMARY KEY (id);

ALTER TABLE mediators ADD CONSTRAINT mediators_qualification_length CHECK (((char_length(qualification) >= 1) AND (char_length(qualification) <= 200)));

ALTER TABLE mediators ADD CONSTRAINT mediators_status_known CHECK (
CASE status
    WHEN 'active'::text THEN (left_on IS NULL)
    WHEN 'left'::text THEN (left_on IS NOT NULL)
    ELSE false
END);

CREATE TABLE number_series (
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    pattern text NOT NULL,
    year integer NOT NULL,
    latest bigint NOT NULL
);

ALTER TABLE number_series ADD CONSTRAINT number_series_pkey PRIMARY KEY (jurisdiction, kind, pattern, year);

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
    edits integer DEFAULT 0 NOT NULL,
    edits_since timestamp with time zone NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL,
    version bigint DEFAULT 1 NOT NULL
);

ALTER TABLE opinions ADD CONSTRAINT opinions_consultation_exists FOREIGN KEY (consultation_id) REFERENCES consultations(id);

ALTER TABLE opinions ADD CONSTRAINT opinions_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE opinions ADD CONSTRAINT opinions_pkey PRIMARY KEY (id);

ALTER TABLE opinions ADD CONSTRAINT opinions_say_something CHECK (((withdrawn = (num_nonnulls(option_id, text) = 0)) AND (char_length(text) <= 2000)));

CREATE TABLE organization_staff (
    organization_id uuid NOT NULL,
    position smallint NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    post text,
    registered_on date NOT NULL,
    phone_digits text GENERATED ALWAYS AS (regexp_replace(regexp_replace(phone, '[^0-9]'::text, ''::text, 'g'::text), '^(?:00)?(?:86)?(1[0-9]{10}).*$'::text, '\1'::text)) STORED NOT NULL
);

ALTER TABLE organization_staff ADD CONSTRAINT organization_staff_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE organization_staff ADD CONSTRAINT organization_staff_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE organization_staff ADD CONSTRAINT organization_staff_phone_length CHECK (((char_length(phone) >= 5) AND (char_length(phone) <= 20)));

ALTER TABLE organization_staff ADD CONSTRAINT organization_staff_pkey PRIMARY KEY (organization_id, "position");

ALTER TABLE organization_staff ADD CONSTRAINT organization_staff_post_length CHECK (((char_length(post) >= 1) AND (char_length(post) <= 100)));

CREATE TABLE organizations (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    credit_code text COLLATE "C",
    status text DEFAULT 'active'::text NOT NULL,
    parent_id uuid,
    address text,
    contacts jsonb DEFAULT '[]'::jsonb NOT NULL,
    party_mode text,
    party_organization_id uuid,
    party_reason text,
    party_plan text,
    party_member_count integer,
    grid_unit_count integer DEFAULT 0 NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    term_starts_on date,
    term_ends_on date
);

ALTER TABLE organizations ADD CONSTRAINT organizations_address_length CHECK ((char_length(address) <= 200));

ALTER TABLE organizations ADD CONSTRAINT organizations_contacts_are_listed CHECK ((jsonb_typeof(contacts) = 'array'::text));

ALTER TABLE organizations ADD CONSTRAINT organizations_credit_code_form CHECK ((credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'::text));

ALTER TABLE organizations ADD CONSTRAINT organizations_credit_code_unique UNIQUE (credit_code);

ALTER TABLE organizations ADD CONSTRAINT organizations_enterprise_has_credit_code CHECK (((kind <> 'property_enterprise'::text) OR (credit_code IS NOT NULL)));

ALTER TABLE organizations ADD CONSTRAINT organizations_enterprise_party_has_parent CHECK (((kind <> 'enterprise_party_organization'::text) OR (parent_id IS NOT NULL)));

ALTER TABLE organizations ADD CONSTRAINT organizations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE organizations ADD CONSTRAINT organizations_kind_fits_level CHECK (
CASE kind
    WHEN 'property_office'::text THEN (char_length(jurisdiction) = ANY (ARRAY[4, 6]))
    WHEN 'street_office'::text THEN (char_length(jurisdiction) = 9)
    WHEN 'street_party_committee'::text THEN (char_length(jurisdiction) = 9)
    WHEN 'community_party_organization'::text THEN (char_length(jurisdiction) = 12)
    WHEN 'neighborhood_committee'::text THEN (char_length(jurisdiction) = 12)
    WHEN 'owners_assembly'::text THEN (char_length(jurisdiction) = 12)
    WHEN 'owners_committee'::text THEN (char_length(jurisdiction) = 12)
    WHEN 'property_enterprise'::text THEN (char_length(jurisdiction) = ANY (ARRAY[4, 6, 9, 12]))
    WHEN 'enterprise_party_organization'::text THEN (char_length(jurisdiction) = ANY (ARRAY[4, 6, 9, 12]))
    WHEN 'mediation_committee'::text THEN (char_length(jurisdiction) = ANY (ARRAY[4, 6, 9, 12]))
    WHEN 'department'::text THEN (char_length(jurisdiction) = ANY (ARRAY[4, 6, 9]))
    WHEN 'utility'::text THEN (char_length(jurisdiction) = ANY (ARRAY[4, 6, 9]))
    WHEN 'police_station'::text THEN (char_length(jurisdiction) = ANY (ARRAY[6, 9]))
    ELSE false
END);

ALTER TABLE organizations ADD CONSTRAINT organizations_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE organizations ADD CONSTRAINT organizations_parent_exists FOREIGN KEY (parent_id) REFERENCES organizations(id);

ALTER TABLE organizations ADD CONSTRAINT organizations_parent_is_another CHECK ((parent_id <> id));

ALTER TABLE organizations ADD CONSTRAINT organizations_party_bodies_have_no_mode CHECK (((party_mode IS NULL) OR (kind <> ALL (ARRAY['street_party_committee'::text, 'community_party_organization'::text, 'enterprise_party_organization'::text]))));

ALTER TABLE organizations ADD CONSTRAINT organizations_party_member_count_range CHECK (((party_member_count >= 0) AND (party_member_count <= 1000000)));

ALTER TABLE organizations ADD CONSTRAINT organizations_party_mode_complete CHECK (
CASE COALESCE(party_mode, ''::text)
    WHEN ''::text THEN (num_nonnulls(party_organization_id, party_reason, party_plan) = 0)
    WHEN 'none'::text THEN ((num_nonnulls(party_reason, party_plan) = 2) AND (party_organization_id IS NULL))
    ELSE ((party_organization_id IS NOT NULL) AND (num_nonnulls(party_reason, party_plan) = 0))
END);

ALTER TABLE organizations ADD CONSTRAINT organizations_party_mode_known CHECK ((party_mode = ANY (ARRAY['own'::text, 'joint'::text, 'none'::text])));

ALTER TABLE organizations ADD CONSTRAINT organizations_party_organization_exists FOREIGN KEY (party_organization_id) REFERENCES organizations(id);

ALTER TABLE organizations ADD CONSTRAINT organizations_party_plan_length CHECK (((char_length(party_plan) >= 1) AND (char_length(party_plan) <= 500)));

ALTER TABLE organizations ADD CONSTRAINT organizations_party_reason_length CHECK (((char_length(party_reason) >= 1) AND (char_length(party_reason) <= 500)));

ALTER TABLE organizations ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);

ALTER TABLE organizations ADD CONSTRAINT organizations_status_known CHECK ((status = ANY (ARRAY['active'::text, 'dissolved'::text])));

ALTER TABLE organizations ADD CONSTRAINT organizations_term_of_mediators CHECK (((num_nonnulls(term_starts_on, term_ends_on) = 0) OR ((kind = 'mediation_committee'::text) AND (term_ends_on >= term_starts_on))));

CREATE TABLE owner_votes (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid NOT NULL,
    organization_id uuid,
    title text NOT NULL,
    plan jsonb NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    preparation jsonb NOT NULL,
    roll json DEFAULT 'null'::json NOT NULL,
    roll_hash text,
    manifest_hash text,
    announced_at timestamp with time zone,
    box_key jsonb DEFAULT 'null'::jsonb NOT NULL,
    result json DEFAULT 'null'::json NOT NULL,
    counted_at timestamp with time zone,
    concluded_at timestamp with time zone,
    reason text,
    postings jsonb DEFAULT '[]'::jsonb NOT NULL,
    objections jsonb DEFAULT '[]'::jsonb NOT NULL,
    endings jsonb DEFAULT '[]'::jsonb NOT NULL,
    taken_steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    next_step_at timestamp with time zone,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_frozen_when_announced CHECK (((num_nonnulls(roll_hash, manifest_hash, announced_at) = ANY (ARRAY[0, 3])) AND ((announced_at IS NULL) = (box_key = 'null'::jsonb)) AND ((status <> ALL (ARRAY['announced'::text, 'voting'::text, 'counting'::text, 'counted'::text, 'concluded'::text])) OR (announced_at IS NOT NULL)) AND ((status = ANY (ARRAY['counted'::text, 'concluded'::text])) = (counted_at IS NOT NULL)) AND ((status = 'concluded'::text) = (concluded_at IS NOT NULL))));

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_pkey PRIMARY KEY (id);

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'discarded'::text, 'roll_published'::text, 'announced'::text, 'voting'::text, 'counting'::text, 'counted'::text, 'concluded'::text, 'cancelled'::text])));

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_texts_length CHECK ((((char_length(title) >= 1) AND (char_length(title) <= 200)) AND (char_length(reason) <= 1000)));

ALTER TABLE owner_votes ADD CONSTRAINT owner_votes_time_right CHECK ((starts_at < ends_at));

CREATE TABLE owners_committee_handover (
    committee_id uuid NOT NULL,
    item text NOT NULL,
    done_on date,
    note text
);

ALTER TABLE owners_committee_handover ADD CONSTRAINT owners_committee_handover_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES owners_committees(id);

ALTER TABLE owners_committee_handover ADD CONSTRAINT owners_committee_handover_item_known CHECK ((item = ANY (ARRAY['seal'::text, 'archives'::text, 'accounts'::text, 'common_income'::text, 'contracts'::text, 'maintenance_fund_records'::text, 'property'::text])));

ALTER TABLE owners_committee_handover ADD CONSTRAINT owners_committee_handover_note_length CHECK ((char_length(note) <= 1000));

ALTER TABLE owners_committee_handover ADD CONSTRAINT owners_committee_handover_pkey PRIMARY KEY (committee_id, item);

CREATE TABLE owners_committee_members (
    id uuid NOT NULL,
    committee_id uuid NOT NULL,
    name text NOT NULL,
    phone text NOT NULL,
    owned_unit text NOT NULL,
    post text NOT NULL,
    starts_on date NOT NULL,
    left_on date,
    leave_reason text,
    phone_digits text GENERATED ALWAYS AS (regexp_replace(regexp_replace(phone, '[^0-9]'::text, ''::text, 'g'::text), '^(?:00)?(?:86)?(1[0-9]{10}).*$'::text, '\1'::text)) STORED NOT NULL,
    leave_ground text
);

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_committee_id_fkey FOREIGN KEY (committee_id) REFERENCES owners_committees(id);

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_ground_known CHECK ((leave_ground = ANY (ARRAY['no_longer_owner'::text, 'resigned'::text, 'health'::text, 'by_assembly'::text]))) NOT VALID;

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_leave_after_start CHECK ((left_on >= starts_on));

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_name_length CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)));

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_phone_length CHECK (((char_length(phone) >= 5) AND (char_length(phone) <= 20)));

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_pkey PRIMARY KEY (id);

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_post_known CHECK ((post = ANY (ARRAY['chair'::text, 'deputy_chair'::text, 'member'::text])));

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_reason_length CHECK (((char_length(leave_reason) >= 1) AND (char_length(leave_reason) <= 1000)));

ALTER TABLE owners_committee_members ADD CONSTRAINT owners_committee_members_unit_length CHECK (((char_length(owned_unit) >= 1) AND (char_length(owned_unit) <= 100)));

CREATE TABLE owners_committees (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    term smallint NOT NULL,
    status text NOT NULL,
    seats smallint NOT NULL,
    member_count smallint DEFAULT 0 NOT NULL,
    candidates_announced_on date,
    elected_on date,
    first_meeting_on date,
    street_filed_on date,
    street_filing_number text,
    district_filed_on date,
    district_filing_number text,
    term_starts_on date,
    term_ends_on date,
    re_election_due_on date,
    handover_on date,
    ended_on date,
    end_reason text,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    next_due_on date,
    duties jsonb DEFAULT '[]'::jsonb NOT NULL,
    measures jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_elected_has_term CHECK (((status = ANY (ARRAY['preparing'::text, 'candidates_announced'::text, 'dissolved'::text])) OR (num_nonnulls(elected_on, term_starts_on, term_ends_on, re_election_due_on) = 4)));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_end_reason_length CHECK (((char_length(end_reason) >= 1) AND (char_length(end_reason) <= 1000)));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_no_more_members_than_seats CHECK (((member_count >= 0) AND (member_count <= seats)));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_numbers_length CHECK ((((char_length(street_filing_number) >= 1) AND (char_length(street_filing_number) <= 50)) AND ((char_length(district_filing_number) >= 1) AND (char_length(district_filing_number) <= 50))));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_pkey PRIMARY KEY (id);

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_seats_odd CHECK (((seats > 0) AND (((seats)::integer % 2) = 1)));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_status_known CHECK ((status = ANY (ARRAY['preparing'::text, 'candidates_announced'::text, 'elected'::text, 'filed'::text, 'in_office'::text, 'handover'::text, 'ended'::text, 'dissolved'::text])));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_term_at_most_5_years CHECK (((term_ends_on >= term_starts_on) AND (term_ends_on <= (term_starts_on +
CASE
    WHEN (measures @> '[{"kind": "prolonged"}]'::jsonb) THEN '10 years'::interval
    ELSE '5 years'::interval
END))));

ALTER TABLE owners_committees ADD CONSTRAINT owners_committees_term_unique UNIQUE (estate_id, term);

CREATE TABLE policies (
    id uuid NOT NULL,
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
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE policies ADD CONSTRAINT policies_first_exists FOREIGN KEY (first_id) REFERENCES policies(id);

ALTER TABLE policies ADD CONSTRAINT policies_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE policies ADD CONSTRAINT policies_kind_known CHECK ((kind = ANY (ARRAY['law'::text, 'regulation'::text, 'local_regulation'::text, 'rule'::text, 'judicial_interpretation'::text, 'standard'::text, 'policy'::text])));

ALTER TABLE policies ADD CONSTRAINT policies_pkey PRIMARY KEY (id);

ALTER TABLE policies ADD CONSTRAINT policies_status_known CHECK (
CASE status
    WHEN 'draft'::text THEN (num_nonnulls(valid_from, valid_until) = 0)
    WHEN 'published'::text THEN ((valid_from IS NOT NULL) AND (valid_until IS NULL))
    WHEN 'superseded'::text THEN (num_nonnulls(valid_from, valid_until) = 2)
    WHEN 'repealed'::text THEN (num_nonnulls(valid_from, valid_until, reason) = 3)
    ELSE false
END);

ALTER TABLE policies ADD CONSTRAINT policies_supersedes_exists FOREIGN KEY (supersedes_id) REFERENCES policies(id);

ALTER TABLE policies ADD CONSTRAINT policies_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));

ALTER TABLE policies ADD CONSTRAINT policies_until_not_before_from CHECK ((valid_until >= valid_from));

ALTER TABLE policies ADD CONSTRAINT policies_version_in_force EXCLUDE USING gist (daterange(valid_from, valid_until) WITH &&, uuidrange(first_id, first_id, '[]'::text) WITH &&) WHERE ((valid_from IS NOT NULL));

CREATE TABLE property_contracts (
    id uuid NOT NULL,
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
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    voided_on date,
    void_reason text,
    signed_on date,
    filing_due_on date,
    filed_on date,
    filing_number text,
    continued_on date,
    notice_by text,
    notice_on date,
    notice_agreed boolean,
    handover_due_on date,
    restoration_reason text,
    notice_late boolean,
    rolled_from jsonb DEFAULT '{}'::jsonb NOT NULL
);

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_basis_known CHECK ((basis = ANY (ARRAY['preliminary'::text, 'owners'::text, 'emergency'::text])));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_continued_after_term CHECK ((continued_on > ends_on));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_end_after_start CHECK ((ends_on >= starts_on));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_estate_exists FOREIGN KEY (estate_id) REFERENCES estates(id);

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_filed_with_number CHECK (((num_nonnulls(filed_on, filing_number) = ANY (ARRAY[0, 2])) AND (char_length(filing_number) <= 50)));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_notice_known CHECK (((num_nonnulls(notice_by, notice_on, notice_agreed) = ANY (ARRAY[0, 3])) AND (notice_by = ANY (ARRAY['enterprise'::text, 'owners'::text]))));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_number_length CHECK (((char_length(number) >= 1) AND (char_length(number) <= 50)));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_one_enterprise_at_a_time EXCLUDE USING gist (uuidrange(estate_id, estate_id, '[]'::text) WITH &&, contract_days(starts_on, ends_on, continued_on, terminated_on) WITH &&) WHERE ((voided_on IS NULL));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations(id);

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_pkey PRIMARY KEY (id);

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_reason_length CHECK (((char_length(termination_reason) >= 1) AND (char_length(termination_reason) <= 1000)));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_restoration_length CHECK (((char_length(restoration_reason) >= 1) AND (char_length(restoration_reason) <= 1000)));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_terminated_with_reason CHECK (((terminated_on IS NULL) = (termination_reason IS NULL)));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_terminated_within_term CHECK (((terminated_on >= starts_on) AND ((continued_on IS NOT NULL) OR (terminated_on <= ends_on))));

ALTER TABLE property_contracts ADD CONSTRAINT property_contracts_voided_with_reason CHECK ((((voided_on IS NULL) = (void_reason IS NULL)) AND (char_length(void_reason) <= 1000)));

CREATE TABLE responsibilities (
    id uuid NOT NULL,
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
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    citations jsonb DEFAULT '[]'::jsonb NOT NULL,
    voided_on date,
    void_reason text
);

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_duty_known CHECK ((duty = ANY (ARRAY['lead'::text, 'assist'::text, 'supervise'::text])));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_legal_basis_length CHECK (((char_length(legal_basis) >= 1) AND (char_length(legal_basis) <= 500)));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_level_known CHECK ((level = ANY (ARRAY['city'::text, 'district'::text, 'street'::text, 'community'::text])));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_matter_form CHECK ((matter ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'::text));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_one_lead EXCLUDE USING gist (daterange(valid_from, valid_until) WITH &&, uuidrange((md5(((((jurisdiction || ' '::text) || matter) || ' '::text) || level)))::uuid, (md5(((((jurisdiction || ' '::text) || matter) || ' '::text) || level)))::uuid, '[]'::text) WITH &&) WHERE (((valid_from IS NOT NULL) AND (duty = 'lead'::text)));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_pkey PRIMARY KEY (id);

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_stated_once EXCLUDE USING gist (daterange(valid_from, valid_until) WITH &&, uuidrange((md5(((((((jurisdiction || ' '::text) || matter) || ' '::text) || level) || ' '::text) || organization_kind)))::uuid, (md5(((((((jurisdiction || ' '::text) || matter) || ' '::text) || level) || ' '::text) || organization_kind)))::uuid, '[]'::text) WITH &&) WHERE ((valid_from IS NOT NULL));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_status_known CHECK (
CASE status
    WHEN 'draft'::text THEN (num_nonnulls(valid_from, valid_until, voided_on) = 0)
    WHEN 'published'::text THEN ((valid_from IS NOT NULL) AND (voided_on IS NULL))
    WHEN 'superseded'::text THEN ((num_nonnulls(valid_from, valid_until) = 2) AND (voided_on IS NULL))
    WHEN 'voided'::text THEN (num_nonnulls(valid_from, valid_until, voided_on) = 3)
    ELSE false
END);

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_supersedes_exists FOREIGN KEY (supersedes_id) REFERENCES responsibilities(id);

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_until_not_before_from CHECK ((valid_until >= valid_from));

ALTER TABLE responsibilities ADD CONSTRAINT responsibilities_voided_with_reason CHECK ((((voided_on IS NULL) = (void_reason IS NULL)) AND (char_length(void_reason) <= 1000)));

CREATE TABLE rule_names (
    name text NOT NULL,
    default_value bigint NOT NULL,
    lowest bigint NOT NULL,
    highest bigint NOT NULL,
    legal_basis text NOT NULL,
    default_text text
);

ALTER TABLE rule_names ADD CONSTRAINT rule_names_default_within_bounds CHECK (((default_value >= lowest) AND (default_value <= highest)));

ALTER TABLE rule_names ADD CONSTRAINT rule_names_pkey PRIMARY KEY (name);

CREATE TABLE rules (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    name text NOT NULL,
    value bigint,
    legal_basis text NOT NULL,
    valid_from date NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    citations jsonb DEFAULT '[]'::jsonb NOT NULL,
    voided_on date,
    void_reason text,
    text text
);

ALTER TABLE rules ADD CONSTRAINT rules_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE rules ADD CONSTRAINT rules_legal_basis_length CHECK (((char_length(legal_basis) >= 1) AND (char_length(legal_basis) <= 500)));

ALTER TABLE rules ADD CONSTRAINT rules_name_exists FOREIGN KEY (name) REFERENCES rule_names(name);

ALTER TABLE rules ADD CONSTRAINT rules_pkey PRIMARY KEY (id);

ALTER TABLE rules ADD CONSTRAINT rules_value_or_text CHECK (((num_nonnulls(value, text) = 1) AND (char_length(text) <= 40)));

ALTER TABLE rules ADD CONSTRAINT rules_voided_with_reason CHECK ((((voided_on IS NULL) = (void_reason IS NULL)) AND (char_length(void_reason) <= 1000)));

CREATE TABLE token_revocations (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    jti text COLLATE "C",
    subject text COLLATE "C",
    issued_before timestamp with time zone NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL
);

ALTER TABLE token_revocations ADD CONSTRAINT token_revocations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE token_revocations ADD CONSTRAINT token_revocations_of_one_or_many CHECK ((num_nonnulls(jti, subject) < 2));

ALTER TABLE token_revocations ADD CONSTRAINT token_revocations_pkey PRIMARY KEY (id);

CREATE TABLE training_enrollments (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    session_id uuid NOT NULL,
    training_id uuid NOT NULL,
    learner_id uuid NOT NULL,
    subject text COLLATE "C",
    learner_name text NOT NULL,
    mandatory boolean NOT NULL,
    obliged_by text,
    status text NOT NULL,
    checked_in_at timestamp with time zone,
    checked_out_at timestamp with time zone,
    presence_minutes integer,
    score integer,
    hours integer NOT NULL,
    reason text,
    corrections jsonb NOT NULL,
    settled_at timestamp with time zone,
    certificate_due boolean DEFAULT false NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL,
    linked_subjects jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_hours_of_passed CHECK (((hours >= 0) AND ((hours = 0) OR (status = 'passed'::text))));

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_learner_exists FOREIGN KEY (learner_id) REFERENCES learners(id);

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_obliged_by_level CHECK ((mandatory = (obliged_by IS NOT NULL)));

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_pkey PRIMARY KEY (id);

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_presence_known CHECK ((presence_minutes >= 0));

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_session_exists FOREIGN KEY (session_id) REFERENCES training_sessions(id);

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_status_known CHECK ((status = ANY (ARRAY['confirmed'::text, 'waitlisted'::text, 'attended'::text, 'absent'::text, 'excused'::text, 'passed'::text, 'failed'::text, 'cancelled'::text])));

ALTER TABLE training_enrollments ADD CONSTRAINT training_enrollments_training_exists FOREIGN KEY (training_id) REFERENCES trainings(id);

CREATE TABLE training_sessions (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    training_id uuid NOT NULL,
    title text NOT NULL,
    series_id uuid,
    recurrence text,
    status text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    place text NOT NULL,
    teacher text,
    capacity integer NOT NULL,
    confirmed_count integer DEFAULT 0 NOT NULL,
    waiting_count integer DEFAULT 0 NOT NULL,
    check_in_opens_at timestamp with time zone NOT NULL,
    check_in_closes_at timestamp with time zone NOT NULL,
    reason text,
    settled boolean DEFAULT false NOT NULL,
    created_by text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_not_overbooked CHECK ((((confirmed_count >= 0) AND (confirmed_count <= capacity)) AND (waiting_count >= 0)));

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_pkey PRIMARY KEY (id);

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_place_length CHECK (((char_length(place) >= 1) AND (char_length(place) <= 200)));

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_status_known CHECK ((status = ANY (ARRAY['scheduled'::text, 'enrolling'::text, 'in_progress'::text, 'completed'::text, 'cancelled'::text])));

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_times CHECK ((ends_at > starts_at));

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_training_exists FOREIGN KEY (training_id) REFERENCES trainings(id);

ALTER TABLE training_sessions ADD CONSTRAINT training_sessions_window CHECK ((check_in_closes_at > check_in_opens_at));

CREATE TABLE trainings (
    id uuid NOT NULL,
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
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS ("left"(jurisdiction, 12)) STORED NOT NULL
);

ALTER TABLE trainings ADD CONSTRAINT trainings_hours_positive CHECK (((hours >= 1) AND (hours <= 200)));

ALTER TABLE trainings ADD CONSTRAINT trainings_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions(code);

ALTER TABLE trainings ADD CONSTRAINT trainings_months_of_certificate CHECK (((certificate_months IS NULL) OR (certified AND ((certificate_months >= 1) AND (certificate_months <= 240)))));

ALTER TABLE trainings ADD CONSTRAINT trainings_pkey PRIMARY KEY (id);

ALTER TABLE trainings ADD CONSTRAINT trainings_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'retired'::text])));

ALTER TABLE trainings ADD CONSTRAINT trainings_title_length CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200)));

ALTER TABLE trainings ADD CONSTRAINT trainings_topic_known CHECK ((topic = ANY (ARRAY['policy'::text, 'regulation'::text, 'negotiation'::text, 'law'::text])));

CREATE TABLE vote_ballots (
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    revision integer NOT NULL,
    channel text NOT NULL,
    sealed bytea NOT NULL,
    receipt text NOT NULL,
    cast_at timestamp with time zone NOT NULL,
    put_at timestamp with time zone NOT NULL,
    counts boolean NOT NULL,
    set_aside text,
    ended_at timestamp with time zone,
    letters smallint DEFAULT 0 NOT NULL,
    cast_by text
);

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_channel_known CHECK ((channel = ANY (ARRAY['online'::text, 'paper'::text, 'proxy'::text, 'delegate'::text])));

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_counts_or_not CHECK (((counts = (set_aside IS NULL)) AND (counts = (ended_at IS NULL))));

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_head_exists FOREIGN KEY (vote_id, head) REFERENCES vote_heads(vote_id, head);

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_pkey PRIMARY KEY (id);

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_reason_known CHECK ((set_aside = ANY (ARRAY['replaced'::text, 'withdrawn'::text, 'withdrawn_by_proxy'::text, 'own_ballot'::text, 'first_counts'::text, 'voided'::text])));

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_receipt_once UNIQUE (vote_id, receipt);

ALTER TABLE vote_ballots ADD CONSTRAINT vote_ballots_revision_once UNIQUE (vote_id, head, revision);

CREATE TABLE vote_checks (
    vote_id uuid NOT NULL,
    checked_at timestamp with time zone,
    next_at timestamp with time zone NOT NULL
);

ALTER TABLE vote_checks ADD CONSTRAINT vote_checks_pkey PRIMARY KEY (vote_id);

ALTER TABLE vote_checks ADD CONSTRAINT vote_checks_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes(id);

CREATE TABLE vote_effects (
    vote_id uuid NOT NULL,
    no integer NOT NULL,
    kind text NOT NULL,
    record_id uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE vote_effects ADD CONSTRAINT vote_effects_kind_known CHECK ((kind = ANY (ARRAY['committee_elected'::text, 'committee_prolonged'::text, 'contract_made'::text, 'contract_ended'::text, 'duty_given'::text]))) NOT VALID;

ALTER TABLE vote_effects ADD CONSTRAINT vote_effects_pkey PRIMARY KEY (vote_id, no, kind);

ALTER TABLE vote_effects ADD CONSTRAINT vote_effects_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes(id);

CREATE TABLE vote_heads (
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    area bigint NOT NULL,
    units integer NOT NULL,
    holder text NOT NULL,
    letters smallint DEFAULT 0 NOT NULL,
    printed_by text,
    delivered_on date,
    delivered_by text,
    agent text,
    completed_by text,
    begun_by text,
    begun smallint DEFAULT 0 NOT NULL
);

ALTER TABLE vote_heads ADD CONSTRAINT vote_heads_pkey PRIMARY KEY (vote_id, head);

ALTER TABLE vote_heads ADD CONSTRAINT vote_heads_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes(id);

CREATE TABLE vote_opened (
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    line text NOT NULL
);

ALTER TABLE vote_opened ADD CONSTRAINT vote_opened_head_exists FOREIGN KEY (vote_id, head) REFERENCES vote_heads(vote_id, head);

ALTER TABLE vote_opened ADD CONSTRAINT vote_opened_pkey PRIMARY KEY (vote_id, head);

CREATE TABLE vote_paper_entries (
    paper_id uuid NOT NULL,
    no smallint NOT NULL,
    entered_by text NOT NULL,
    mark text NOT NULL,
    readings smallint DEFAULT 1 NOT NULL
);

ALTER TABLE vote_paper_entries ADD CONSTRAINT vote_paper_entries_by_another UNIQUE (paper_id, entered_by);

ALTER TABLE vote_paper_entries ADD CONSTRAINT vote_paper_entries_paper_exists FOREIGN KEY (paper_id) REFERENCES vote_papers(id);

ALTER TABLE vote_paper_entries ADD CONSTRAINT vote_paper_entries_pkey PRIMARY KEY (paper_id, no);

CREATE TABLE vote_papers (
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    channel text NOT NULL,
    delegate text,
    status text NOT NULL,
    reason text,
    received_at timestamp with time zone NOT NULL,
    received_by text NOT NULL,
    in_place_of uuid,
    rejected_by text,
    note text,
    receipt text,
    form bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    letters smallint DEFAULT 0 NOT NULL
);

ALTER TABLE vote_papers ADD CONSTRAINT vote_papers_channel_known CHECK (((channel = ANY (ARRAY['paper'::text, 'delegate'::text])) AND ((channel = 'delegate'::text) = (delegate IS NOT NULL)) AND ((char_length(delegate) >= 1) AND (char_length(delegate) <= 100))));

ALTER TABLE vote_papers ADD CONSTRAINT vote_papers_head_exists FOREIGN KEY (vote_id, head) REFERENCES vote_heads(vote_id, head);

ALTER TABLE vote_papers ADD CONSTRAINT vote_papers_pkey PRIMARY KEY (id);

ALTER TABLE vote_papers ADD CONSTRAINT vote_papers_replaced_exists FOREIGN KEY (in_place_of) REFERENCES vote_papers(id);

ALTER TABLE vote_papers ADD CONSTRAINT vote_papers_replaced_once UNIQUE (in_place_of);

ALTER TABLE vote_papers ADD CONSTRAINT vote_papers_status_known CHECK (((status = ANY (ARRAY['received'::text, 'entered_once'::text, 'disputed'::text, 'entered'::text, 'invalid'::text, 'late'::text])) AND ((status <> 'entered'::text) OR (receipt IS NOT NULL)) AND ((status = ANY (ARRAY['invalid'::text, 'late'::text])) = (reason IS NOT NULL)) AND ((char_length(note) >= 1) AND (char_length(note) <= 1000))));

CREATE TABLE vote_powers (
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    principal integer NOT NULL,
    proxy integer NOT NULL,
    slot smallint,
    paper text,
    given_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    recorded_by text,
    holds boolean DEFAULT true NOT NULL,
    confirmed_by text,
    ending_by text,
    ending_paper text
);

ALTER TABLE vote_powers ADD CONSTRAINT vote_powers_pkey PRIMARY KEY (id);

ALTER TABLE vote_powers ADD CONSTRAINT vote_powers_principal_exists FOREIGN KEY (vote_id, principal) REFERENCES vote_heads(vote_id, head);

ALTER TABLE vote_powers ADD CONSTRAINT vote_powers_proxy_exists FOREIGN KEY (vote_id, proxy) REFERENCES vote_heads(vote_id, head);

ALTER TABLE vote_powers ADD CONSTRAINT vote_powers_to_another CHECK ((principal <> proxy));

CREATE TABLE vote_roll (
    vote_id uuid NOT NULL,
    seq integer NOT NULL,
    unit_id uuid NOT NULL,
    building text NOT NULL,
    entrance text NOT NULL,
    number text NOT NULL,
    head integer NOT NULL,
    line text NOT NULL,
    owners jsonb NOT NULL
);

ALTER TABLE vote_roll ADD CONSTRAINT vote_roll_pkey PRIMARY KEY (vote_id, seq);

ALTER TABLE vote_roll ADD CONSTRAINT vote_roll_unit_once UNIQUE (vote_id, building, entrance, number);

ALTER TABLE vote_roll ADD CONSTRAINT vote_roll_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes(id);

CREATE TABLE vote_roll_changes (
    vote_id uuid NOT NULL,
    no integer NOT NULL,
    at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    building text NOT NULL,
    entrance text NOT NULL,
    number text NOT NULL,
    kind text NOT NULL
);

ALTER TABLE vote_roll_changes ADD CONSTRAINT vote_roll_changes_kind_known CHECK ((kind = ANY (ARRAY['added'::text, 'removed'::text, 'area'::text, 'owners'::text, 'delivery'::text])));

ALTER TABLE vote_roll_changes ADD CONSTRAINT vote_roll_changes_pkey PRIMARY KEY (vote_id, no);

ALTER TABLE vote_roll_changes ADD CONSTRAINT vote_roll_changes_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes(id);

CREATE INDEX agreements_by_applicant ON agreements USING btree (applicant_subject);

CREATE INDEX agreements_by_city ON agreements USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX agreements_by_community ON agreements USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX agreements_by_dispute ON agreements USING btree (dispute_id);

CREATE INDEX agreements_by_district ON agreements USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX agreements_by_handler ON agreements USING btree ("left"(jurisdiction,
CASE level
    WHEN 'city'::text THEN 4
    WHEN 'district'::text THEN 6
    WHEN 'street'::text THEN 9
    ELSE 12
END), next_step_at, id) WHERE ((status <> 'rescinded'::text) AND ((status <> 'performed'::text) OR (visit_note IS NULL) OR ((confirmation ->> 'status'::text) = ANY (ARRAY['applied'::text, 'accepted'::text]))));

CREATE INDEX agreements_by_mediator_subject ON agreements USING btree (mediator_subject) WHERE (mediator_subject IS NOT NULL);

CREATE INDEX agreements_by_next_step ON agreements USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX agreements_by_street ON agreements USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX agreements_one_of_mediation_unique ON agreements USING btree (mediation_id) WHERE (status <> 'rescinded'::text);

CREATE INDEX audit_entries_by_record ON ONLY audit_entries USING btree (record_id, id);

CREATE INDEX audit_entries_rest_record_id_id_idx ON audit_entries_rest USING btree (record_id, id);

CREATE UNIQUE INDEX calendar_years_year_unique ON calendar_years USING btree (jurisdiction, year) WHERE (voided_on IS NULL);

CREATE INDEX caucus_notes_by_session ON caucus_notes USING btree (session_id, id);

CREATE INDEX certificates_by_city ON certificates USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX certificates_by_community ON certificates USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX certificates_by_district ON certificates USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX certificates_by_expiry ON certificates USING btree (jurisdiction, expires_on) WHERE ((stage = 'issued'::text) AND (expires_on IS NOT NULL));

CREATE INDEX certificates_by_learner ON certificates USING btree (learner_id, training_id);

CREATE INDEX certificates_by_street ON certificates USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX certificates_by_subject ON certificates USING btree (subject) WHERE (subject IS NOT NULL);

CREATE UNIQUE INDEX certificates_one_of_enrollment_unique ON certificates USING btree (enrollment_id) WHERE (stage <> 'revoked'::text);

CREATE INDEX changes_by_age ON changes USING brin (changed_at);

CREATE INDEX changes_by_district ON changes USING btree (district_code, tx, seq);

CREATE INDEX changes_by_record ON changes USING btree (record_id, kind, tx, seq);

CREATE INDEX changes_by_street ON changes USING btree (street_code, tx, seq);

CREATE INDEX consultations_by_city ON consultations USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX consultations_by_community ON consultations USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX consultations_by_district ON consultations USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX consultations_by_place ON consultations USING btree (jurisdiction, updated_at DESC, id DESC);

CREATE INDEX consultations_by_street ON consultations USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX consultations_due ON consultations USING btree (next_step_on) WHERE (next_step_on IS NOT NULL);

CREATE INDEX council_meetings_by_city ON council_meetings USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX council_meetings_by_community ON council_meetings USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX council_meetings_by_council ON council_meetings USING btree (council_id, updated_at DESC, id DESC);

CREATE INDEX council_meetings_by_district ON council_meetings USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX council_meetings_by_seat ON council_meetings USING gin (seats jsonb_path_ops);

CREATE INDEX council_meetings_by_street ON council_meetings USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX council_meetings_due ON council_meetings USING btree (next_due_on) WHERE (next_due_on IS NOT NULL);

CREATE INDEX councils_asked ON councils USING btree (answer_due_on) WHERE (answer_due_on IS NOT NULL);

CREATE INDEX councils_by_city ON councils USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX councils_by_community ON councils USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX councils_by_district ON councils USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX councils_by_seat ON councils USING gin (seats jsonb_path_ops);

CREATE INDEX councils_by_street ON councils USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX councils_one_of_community_unique ON councils USING btree (jurisdiction, kind) WHERE ((status = 'active'::text) AND (estate_id IS NULL));

CREATE UNIQUE INDEX councils_one_of_estate_unique ON councils USING btree (estate_id, kind) WHERE ((status = 'active'::text) AND (estate_id IS NOT NULL));

CREATE UNIQUE INDEX dispute_categories_day_unique ON dispute_categories USING btree (jurisdiction, code, valid_from) WHERE (voided_on IS NULL);

CREATE INDEX dispute_guests_by_dispute ON dispute_guests USING btree (dispute_id);

CREATE INDEX dispute_parties_by_subject ON dispute_parties USING btree (subject, dispute_id) WHERE (subject IS NOT NULL);

CREATE INDEX dispute_parties_organizations ON dispute_parties USING btree (dispute_id, organization_id) WHERE (organization_id IS NOT NULL);

CREATE INDEX disputes_by_approver ON disputes USING btree (approver, updated_at, id) WHERE (approver IS NOT NULL);

CREATE INDEX disputes_by_city ON disputes USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX disputes_by_community ON disputes USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX disputes_by_creator ON disputes USING btree (created_by, updated_at DESC, id DESC);

CREATE INDEX disputes_by_district ON disputes USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX disputes_by_district_report ON disputes USING btree (district_code, reported_at DESC, id DESC);

CREATE INDEX disputes_by_district_status ON disputes USING btree (district_code, status, updated_at DESC, id DESC) WHERE (status <> 'closed'::text);

CREATE INDEX disputes_by_handler_due ON disputes USING btree ("left"(jurisdiction,
CASE level
    WHEN 'city'::text THEN 4
    WHEN 'district'::text THEN 6
    WHEN 'street'::text THEN 9
    ELSE 12
END), due_at, id) WHERE (due_at IS NOT NULL);

CREATE INDEX disputes_by_next_step ON disputes USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX disputes_by_organization ON disputes USING btree (organization_id, updated_at DESC, id DESC) WHERE (organization_id IS NOT NULL);

CREATE INDEX disputes_by_parent ON disputes USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX disputes_by_street ON disputes USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX disputes_by_street_report ON disputes USING btree (street_code, reported_at DESC, id DESC);

CREATE INDEX disputes_by_terms ON disputes USING gin (terms);

CREATE INDEX disputes_grave ON disputes USING btree (jurisdiction) WHERE ((risk = 'red'::text) AND (due_at IS NOT NULL));

CREATE INDEX division_changes_by_city ON division_changes USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX division_changes_by_community ON division_changes USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX division_changes_by_district ON division_changes USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX division_changes_by_street ON division_changes USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX division_changes_going_on ON division_changes USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX duties_by_city ON duties USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX duties_by_community ON duties USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX duties_by_council ON duties USING btree (council_id, updated_at DESC, id DESC);

CREATE INDEX duties_by_district ON duties USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX duties_by_meeting ON duties USING btree (meeting_id);

CREATE INDEX duties_by_organization ON duties USING btree (organization_id, updated_at DESC, id DESC);

CREATE INDEX duties_by_street ON duties USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX duties_by_vote ON duties USING btree (vote_id, updated_at DESC, id DESC) WHERE (vote_id IS NOT NULL);

CREATE INDEX duties_due ON duties USING btree (next_step_on) WHERE (next_step_on IS NOT NULL);

CREATE INDEX duties_reported ON duties USING btree (community_code, reported_on) WHERE (status = 'reported'::text);

CREATE INDEX estate_units_by_city ON estate_units USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX estate_units_by_community ON estate_units USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX estate_units_by_district ON estate_units USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX estate_units_by_estate ON estate_units USING btree (estate_id, updated_at DESC, id DESC);

CREATE INDEX estate_units_by_street ON estate_units USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX estate_units_one_of_number_unique ON estate_units USING btree (estate_id, building, entrance, number) WHERE (status = 'registered'::text);

CREATE INDEX estates_by_city ON estates USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX estates_by_community ON estates USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX estates_by_district ON estates USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX estates_by_place ON estates USING btree (jurisdiction);

CREATE INDEX estates_by_street ON estates USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX estates_name_key_unique ON estates USING btree (community_code, name_key(name));

CREATE INDEX grid_enrollments_by_city ON grid_enrollments USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX grid_enrollments_by_community ON grid_enrollments USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX grid_enrollments_by_district ON grid_enrollments USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX grid_enrollments_by_estate ON grid_enrollments USING btree (estate_id, joined_on);

CREATE INDEX grid_enrollments_by_organization ON grid_enrollments USING btree (organization_id, joined_on);

CREATE INDEX grid_enrollments_by_place ON grid_enrollments USING btree (jurisdiction);

CREATE INDEX grid_enrollments_by_street ON grid_enrollments USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX grid_enrollments_invited ON grid_enrollments USING btree (updated_at DESC, id DESC) WHERE (status = 'invited'::text);

CREATE UNIQUE INDEX grid_enrollments_open_unique ON grid_enrollments USING btree (jurisdiction, COALESCE(organization_id, estate_id)) WHERE (status <> 'left'::text);

CREATE INDEX grid_records_by_city ON grid_records USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX grid_records_by_community ON grid_records USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX grid_records_by_district ON grid_records USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX grid_records_by_jurisdiction ON grid_records USING btree (jurisdiction, updated_at DESC, id DESC);

CREATE INDEX grid_records_by_patrol ON grid_records USING btree (patrol_id) WHERE (patrol_id IS NOT NULL);

CREATE INDEX grid_records_by_street ON grid_records USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX grid_unit_periods_one_open_unique ON grid_unit_periods USING btree (grid_unit_id) WHERE (valid_until IS NULL);

CREATE INDEX grid_units_by_city ON grid_units USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX grid_units_by_community ON grid_units USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX grid_units_by_district ON grid_units USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX grid_units_by_street ON grid_units USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING brin (created_at);

CREATE INDEX jurisdictions_by_parent ON jurisdictions USING btree (parent_code, code);

CREATE INDEX jurisdictions_by_successor ON jurisdictions USING btree (successor_code) WHERE (successor_code IS NOT NULL);

CREATE INDEX learner_merges_by_city ON learner_merges USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX learner_merges_by_community ON learner_merges USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX learner_merges_by_district ON learner_merges USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX learner_merges_by_street ON learner_merges USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX learner_merges_into ON learner_merges USING btree (into_id);

CREATE INDEX learners_by_city ON learners USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX learners_by_community ON learners USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX learners_by_district ON learners USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX learners_by_jurisdiction ON learners USING btree (jurisdiction, updated_at DESC, id DESC);

CREATE INDEX learners_by_organization ON learners USING btree (organization_id) WHERE (organization_id IS NOT NULL);

CREATE INDEX learners_by_person ON learners USING btree (name_key(name), phone_key(phone)) WHERE ((status = 'active'::text) AND (phone IS NOT NULL));

CREATE INDEX learners_by_street ON learners USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX learners_by_subject ON learners USING btree (subject) WHERE (subject IS NOT NULL);

CREATE INDEX mediation_sessions_by_applicant ON mediation_sessions USING btree (applicant_subject, starts_at);

CREATE INDEX mediation_sessions_by_city ON mediation_sessions USING btree (city_code, starts_at, id);

CREATE INDEX mediation_sessions_by_community ON mediation_sessions USING btree (community_code, starts_at, id);

CREATE INDEX mediation_sessions_by_district ON mediation_sessions USING btree (district_code, starts_at, id);

CREATE INDEX mediation_sessions_by_mediation ON mediation_sessions USING btree (mediation_id, starts_at);

CREATE INDEX mediation_sessions_by_mediator ON mediation_sessions USING btree (mediator_id, starts_at);

CREATE INDEX mediation_sessions_by_mediator_subject ON mediation_sessions USING btree (mediator_subject, starts_at) WHERE (mediator_subject IS NOT NULL);

CREATE INDEX mediation_sessions_by_street ON mediation_sessions USING btree (street_code, starts_at, id);

CREATE INDEX mediations_by_applicant ON mediations USING btree (applicant_subject);

CREATE INDEX mediations_by_city ON mediations USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX mediations_by_community ON mediations USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX mediations_by_dispute ON mediations USING btree (dispute_id);

CREATE INDEX mediations_by_district ON mediations USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX mediations_by_handler ON mediations USING btree ("left"(jurisdiction,
CASE level
    WHEN 'city'::text THEN 4
    WHEN 'district'::text THEN 6
    WHEN 'street'::text THEN 9
    ELSE 12
END), due_on, id) WHERE (status = ANY (ARRAY['proposed'::text, 'consent_pending'::text, 'mediator_selected'::text, 'in_session'::text]));

CREATE INDEX mediations_by_mediator ON mediations USING btree (mediator_id, status) WHERE (mediator_id IS NOT NULL);

CREATE INDEX mediations_by_mediator_subject ON mediations USING btree (mediator_subject) WHERE (mediator_subject IS NOT NULL);

CREATE INDEX mediations_by_next_step ON mediations USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX mediations_by_street ON mediations USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX mediations_one_open_unique ON mediations USING btree (dispute_id) WHERE (status = ANY (ARRAY['proposed'::text, 'consent_pending'::text, 'mediator_selected'::text, 'in_session'::text]));

CREATE INDEX mediators_by_city ON mediators USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX mediators_by_community ON mediators USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX mediators_by_district ON mediators USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX mediators_by_learner ON mediators USING btree (learner_id);

CREATE INDEX mediators_by_organization ON mediators USING btree (organization_id);

CREATE INDEX mediators_by_street ON mediators USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX mediators_subject_unique ON mediators USING btree (organization_id, subject) WHERE ((subject IS NOT NULL) AND (status = 'active'::text));

CREATE INDEX mediators_without_learner ON mediators USING btree (id) WHERE ((learner_id IS NULL) AND (status = 'active'::text));

CREATE INDEX opinions_by_consultation ON opinions USING btree (consultation_id, id);

CREATE UNIQUE INDEX opinions_one_of_organization_unique ON opinions USING btree (consultation_id, organization_id) WHERE (organization_id IS NOT NULL);

CREATE UNIQUE INDEX opinions_one_of_person_unique ON opinions USING btree (consultation_id, author) WHERE (organization_id IS NULL);

CREATE INDEX opinions_ungrouped ON opinions USING btree (consultation_id, id) WHERE ((group_id IS NULL) AND (NOT withdrawn));

CREATE INDEX organization_staff_by_person ON organization_staff USING btree (phone_digits);

CREATE INDEX organizations_by_city ON organizations USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX organizations_by_city_kind ON organizations USING btree (city_code, kind, updated_at DESC, id DESC);

CREATE INDEX organizations_by_community ON organizations USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX organizations_by_district ON organizations USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX organizations_by_district_kind ON organizations USING btree (district_code, kind, updated_at DESC, id DESC);

CREATE INDEX organizations_by_parent ON organizations USING btree (parent_id);

CREATE INDEX organizations_by_party_organization ON organizations USING btree (party_organization_id);

CREATE INDEX organizations_by_place ON organizations USING btree (jurisdiction, kind);

CREATE INDEX organizations_by_street ON organizations USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX organizations_by_street_kind ON organizations USING btree (street_code, kind, updated_at DESC, id DESC);

CREATE INDEX organizations_dissolved ON organizations USING btree (updated_at DESC, id DESC) WHERE (status = 'dissolved'::text);

CREATE UNIQUE INDEX organizations_name_key_unique ON organizations USING btree (jurisdiction, kind, name_key(name)) WHERE (status = 'active'::text);

CREATE INDEX owner_votes_by_city ON owner_votes USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX owner_votes_by_community ON owner_votes USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX owner_votes_by_consultation ON owner_votes USING btree (((preparation ->> 'consultation_id'::text))) WHERE ((preparation ->> 'consultation_id'::text) IS NOT NULL);

CREATE INDEX owner_votes_by_district ON owner_votes USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX owner_votes_by_estate ON owner_votes USING btree (estate_id, updated_at DESC, id DESC);

CREATE INDEX owner_votes_by_organization ON owner_votes USING btree (organization_id, updated_at DESC, id DESC) WHERE (organization_id IS NOT NULL);

CREATE INDEX owner_votes_by_street ON owner_votes USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX owner_votes_due ON owner_votes USING btree (next_step_at) WHERE (next_step_at IS NOT NULL);

CREATE INDEX owners_committee_members_by_committee ON owners_committee_members USING btree (committee_id, id);

CREATE INDEX owners_committee_members_by_person ON owners_committee_members USING btree (phone_digits);

CREATE UNIQUE INDEX owners_committee_members_one_chair_unique ON owners_committee_members USING btree (committee_id) WHERE ((left_on IS NULL) AND (post = 'chair'::text));

CREATE UNIQUE INDEX owners_committee_members_person_unique ON owners_committee_members USING btree (committee_id, phone_digits) WHERE (left_on IS NULL);

CREATE INDEX owners_committees_by_city ON owners_committees USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX owners_committees_by_community ON owners_committees USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX owners_committees_by_district ON owners_committees USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX owners_committees_by_due ON owners_committees USING btree (next_due_on) WHERE (next_due_on IS NOT NULL);

CREATE INDEX owners_committees_by_end ON owners_committees USING btree (term_ends_on) WHERE (status = 'in_office'::text);

CREATE INDEX owners_committees_by_estate ON owners_committees USING btree (estate_id, term);

CREATE INDEX owners_committees_by_organization ON owners_committees USING btree (organization_id, term);

CREATE INDEX owners_committees_by_street ON owners_committees USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX owners_committees_one_coming_unique ON owners_committees USING btree (estate_id) WHERE (status = ANY (ARRAY['preparing'::text, 'candidates_announced'::text, 'elected'::text, 'filed'::text]));

CREATE UNIQUE INDEX owners_committees_one_in_office_unique ON owners_committees USING btree (estate_id) WHERE (status = 'in_office'::text);

CREATE INDEX policies_by_city ON policies USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX policies_by_community ON policies USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX policies_by_district ON policies USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX policies_by_first ON policies USING btree (first_id);

CREATE INDEX policies_by_jurisdiction ON policies USING btree (jurisdiction, updated_at DESC, id DESC);

CREATE INDEX policies_by_street ON policies USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX policies_by_terms ON policies USING gin (terms);

CREATE INDEX property_contracts_by_city ON property_contracts USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX property_contracts_by_community ON property_contracts USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX property_contracts_by_district ON property_contracts USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX property_contracts_by_end ON property_contracts USING btree (ends_on);

CREATE INDEX property_contracts_by_estate ON property_contracts USING btree (estate_id, starts_on);

CREATE INDEX property_contracts_by_organization ON property_contracts USING btree (organization_id, starts_on);

CREATE INDEX property_contracts_by_street ON property_contracts USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX property_contracts_to_file ON property_contracts USING btree (district_code, filing_due_on) WHERE ((filed_on IS NULL) AND (voided_on IS NULL) AND (filing_due_on IS NOT NULL));

CREATE INDEX responsibilities_by_city ON responsibilities USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX responsibilities_by_community ON responsibilities USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX responsibilities_by_district ON responsibilities USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX responsibilities_by_matter ON responsibilities USING btree (jurisdiction, matter);

CREATE INDEX responsibilities_by_street ON responsibilities USING btree (street_code, updated_at DESC, id DESC);

CREATE UNIQUE INDEX rules_day_unique ON rules USING btree (jurisdiction, name, valid_from) WHERE (voided_on IS NULL);

CREATE INDEX token_revocations_recent ON token_revocations USING btree (created_at);

CREATE INDEX training_enrollments_by_city ON training_enrollments USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_by_community ON training_enrollments USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_by_district ON training_enrollments USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_by_learner ON training_enrollments USING btree (learner_id, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_by_session ON training_enrollments USING btree (session_id, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_by_street ON training_enrollments USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_by_subject ON training_enrollments USING btree (subject) WHERE (subject IS NOT NULL);

CREATE INDEX training_enrollments_by_training ON training_enrollments USING btree (training_id, updated_at DESC, id DESC);

CREATE INDEX training_enrollments_certificate_due ON training_enrollments USING btree (id) WHERE certificate_due;

CREATE UNIQUE INDEX training_enrollments_once_unique ON training_enrollments USING btree (session_id, learner_id) WHERE (status <> ALL (ARRAY['cancelled'::text, 'excused'::text]));

CREATE UNIQUE INDEX training_enrollments_one_open_unique ON training_enrollments USING btree (training_id, learner_id) WHERE ((settled_at IS NULL) AND (status = ANY (ARRAY['confirmed'::text, 'waitlisted'::text, 'attended'::text])));

CREATE INDEX training_enrollments_queue ON training_enrollments USING btree (session_id, mandatory DESC, id) WHERE (status = 'waitlisted'::text);

CREATE INDEX training_enrollments_unsettled ON training_enrollments USING btree (session_id, id) WHERE ((settled_at IS NULL) AND (status = ANY (ARRAY['confirmed'::text, 'waitlisted'::text, 'attended'::text, 'excused'::text])));

CREATE INDEX training_sessions_by_city ON training_sessions USING btree (city_code, starts_at, id);

CREATE INDEX training_sessions_by_community ON training_sessions USING btree (community_code, starts_at, id);

CREATE INDEX training_sessions_by_district ON training_sessions USING btree (district_code, starts_at, id);

CREATE INDEX training_sessions_by_jurisdiction ON training_sessions USING btree (jurisdiction, starts_at, id);

CREATE INDEX training_sessions_by_series ON training_sessions USING btree (series_id, starts_at) WHERE (series_id IS NOT NULL);

CREATE INDEX training_sessions_by_street ON training_sessions USING btree (street_code, starts_at, id);

CREATE INDEX training_sessions_by_training ON training_sessions USING btree (training_id, starts_at);

CREATE INDEX training_sessions_over ON training_sessions USING btree (id) WHERE ((status = ANY (ARRAY['completed'::text, 'cancelled'::text])) AND (NOT settled));

CREATE INDEX training_sessions_with_room ON training_sessions USING btree (id) WHERE ((status = ANY (ARRAY['enrolling'::text, 'in_progress'::text])) AND (waiting_count > 0) AND (confirmed_count < capacity));

CREATE INDEX trainings_by_city ON trainings USING btree (city_code, updated_at DESC, id DESC);

CREATE INDEX trainings_by_community ON trainings USING btree (community_code, updated_at DESC, id DESC);

CREATE INDEX trainings_by_district ON trainings USING btree (district_code, updated_at DESC, id DESC);

CREATE INDEX trainings_by_jurisdiction ON trainings USING btree (jurisdiction, updated_at DESC, id DESC);

CREATE INDEX trainings_by_street ON trainings USING btree (street_code, updated_at DESC, id DESC);

CREATE INDEX vote_ballots_by_caster ON vote_ballots USING btree (vote_id, cast_by) WHERE (counts AND (cast_by IS NOT NULL));

CREATE UNIQUE INDEX vote_ballots_one_counts ON vote_ballots USING btree (vote_id, head) WHERE counts;

CREATE INDEX vote_checks_due ON vote_checks USING btree (next_at);

CREATE INDEX vote_effects_by_record ON vote_effects USING btree (record_id);

CREATE INDEX vote_heads_by_agent ON vote_heads USING btree (agent, vote_id) WHERE (agent IS NOT NULL);

CREATE INDEX vote_papers_by_head ON vote_papers USING btree (vote_id, head);

CREATE INDEX vote_papers_by_vote ON vote_papers USING btree (vote_id, id);

CREATE INDEX vote_papers_open ON vote_papers USING btree (vote_id) WHERE (status = ANY (ARRAY['received'::text, 'entered_once'::text, 'disputed'::text]));

CREATE INDEX vote_powers_by_principal ON vote_powers USING btree (vote_id, principal);

CREATE INDEX vote_powers_by_proxy ON vote_powers USING btree (vote_id, proxy);

CREATE UNIQUE INDEX vote_powers_one_of_principal ON vote_powers USING btree (vote_id, principal) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX vote_powers_slot_taken ON vote_powers USING btree (vote_id, proxy, slot) WHERE (ended_at IS NULL);

CREATE INDEX vote_roll_by_head ON vote_roll USING btree (vote_id, head);

CREATE VIEW cross_appointments AS
 SELECT p.organization_id AS enterprise_id,
    c.estate_id,
    c.id AS committee_id,
    m.phone_digits
   FROM (((owners_committees c
     JOIN owners_committee_members m ON (((m.committee_id = c.id) AND (m.left_on IS NULL))))
     JOIN property_contracts p ON ((p.estate_id = c.estate_id)))
     JOIN organization_staff s ON (((s.organization_id = p.organization_id) AND (s.phone_digits = m.phone_digits))))
  WHERE ((c.status <> ALL (ARRAY['ended'::text, 'dissolved'::text])) AND (p.voided_on IS NULL) AND (((p.continued_on IS NOT NULL) AND (p.terminated_on IS NULL)) OR (COALESCE(p.terminated_on, p.ends_on) >= GREATEST(m.starts_on, s.registered_on))));

CREATE VIEW estates_of_organizations AS
 SELECT property_contracts.organization_id,
    property_contracts.estate_id
   FROM property_contracts
  WHERE (property_contracts.voided_on IS NULL)
UNION ALL
 SELECT owners_committees.organization_id,
    owners_committees.estate_id
   FROM owners_committees;

CREATE VIEW organizations_at_work AS
 SELECT property_contracts.organization_id,
    property_contracts.jurisdiction,
    property_contracts.city_code,
    property_contracts.district_code,
    property_contracts.street_code,
    property_contracts.community_code
   FROM property_contracts
  WHERE (property_contracts.voided_on IS NULL)
UNION ALL
 SELECT mediations.organization_id,
    mediations.jurisdiction,
    mediations.city_code,
    mediations.district_code,
    mediations.street_code,
    mediations.community_code
   FROM mediations
UNION ALL
 SELECT p.organization_id,
    d.jurisdiction,
    d.city_code,
    d.district_code,
    d.street_code,
    d.community_code
   FROM (disputes d
     JOIN dispute_parties p ON (((p.dispute_id = d.id) AND (p.organization_id IS NOT NULL))))
  WHERE ((d.status <> 'closed'::text) AND (NOT d.confidential));

CREATE TYPE uuidrange AS RANGE (subtype = uuid);

CREATE OR REPLACE FUNCTION attach_audit_month(month date)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
    begins timestamptz := month::timestamp AT TIME ZONE 'Asia/Shanghai';
    ends timestamptz := (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai';
BEGIN
    EXECUTE format('ALTER TABLE audit_entries ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', audit_month(month), begins, ends);
END
$function$;

CREATE OR REPLACE FUNCTION audit_month(month date)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT 'audit_entries_' || to_char(month, 'YYYY_MM')
$function$;

CREATE OR REPLACE FUNCTION contract_days(starts_on date, ends_on date, continued_on date, terminated_on date)
 RETURNS daterange
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT daterange(starts_on, coalesce(terminated_on, CASE WHEN continued_on IS NULL THEN ends_on END), '[]')
$function$;

CREATE OR REPLACE FUNCTION council_has_meeting(council uuid, meeting uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT EXISTS (SELECT FROM council_meetings WHERE id = meeting AND council_id = council AND status IN ('planned', 'notified', 'adjourned', 'open'))
$function$;

CREATE OR REPLACE FUNCTION council_meets(council uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT EXISTS (SELECT FROM council_meetings WHERE council_id = council AND status NOT IN ('published', 'cancelled'))
$function$;

CREATE OR REPLACE FUNCTION create_audit_month(month date)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE audit_entries INCLUDING ALL)', audit_month(month));
    EXECUTE format('CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', audit_month(month));
END
$function$;

CREATE OR REPLACE FUNCTION database_history()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
    told text;
BEGIN
    SELECT concat_ws(' ', control.system_identifier, timeline.id, identity.epoch) INTO told
    FROM database_identity AS identity, pg_control_system() AS control, LATERAL (SELECT CASE
        WHEN pg_is_in_recovery() THEN (SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint())
        ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    END AS id) AS timeline, pg_database AS own
    WHERE own.datname = current_database() AND identity.system_identifier = control.system_identifier
        AND identity.database_oid IS NOT DISTINCT FROM own.oid::bigint;
    IF told IS NULL THEN
        RAISE EXCEPTION 'the database was made in another cluster: run sihe adopt-database' USING ERRCODE = 'cannot_connect_now';
    END IF;
    RETURN told;
END
$function$;

CREATE OR REPLACE FUNCTION feed_horizon()
 RETURNS bigint
 LANGUAGE sql
 STABLE
AS $function$
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$function$;

CREATE OR REPLACE FUNCTION follow_subject_of_learner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    UPDATE training_enrollments SET subject = NEW.subject, linked_subjects = NEW.linked_subjects WHERE learner_id = NEW.id;
    UPDATE certificates SET subject = NEW.subject WHERE learner_id = NEW.id;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION grid_begins_on(code text)
 RETURNS date
 LANGUAGE sql
 STABLE
AS $function$
    SELECT min(valid_from) FROM grid_unit_periods JOIN grid_units ON id = grid_unit_id
    WHERE jurisdiction = code AND status = 'active'
$function$;

CREATE OR REPLACE FUNCTION hours_in(hours jsonb, of_year integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT COALESCE((hours ->> of_year::text)::integer, 0)
$function$;

CREATE OR REPLACE FUNCTION is_committee_of(organization uuid, estate uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT EXISTS (SELECT FROM owners_committees WHERE organization_id = organization AND estate_id = estate
        AND status NOT IN ('preparing', 'candidates_announced', 'handover', 'ended', 'dissolved'))
$function$;

CREATE OR REPLACE FUNCTION is_consultation_for(consultation uuid, place text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT EXISTS (SELECT FROM consultations WHERE id = consultation AND starts_with(place, jurisdiction) AND status NOT IN ('draft', 'discarded'))
$function$;

CREATE OR REPLACE FUNCTION is_dispute_for(dispute uuid, place text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT EXISTS (SELECT FROM disputes WHERE id = dispute AND starts_with(jurisdiction, place) AND NOT confidential
        AND status NOT IN ('closed', 'rejected', 'withdrawn', 'referred_out'))
$function$;

CREATE OR REPLACE FUNCTION keep_audit_months(now timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET lock_timeout TO '3s'
AS $function$
DECLARE
    this date := date_trunc('month', now AT TIME ZONE 'Asia/Shanghai');
    month date;
    months date[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || '.audit_months', 0));
    -- An entry on its way to the rest would be refused there when its month appears: entries wait for the moment.
    IF to_regclass(audit_month(this)) IS NULL OR EXISTS (SELECT FROM audit_entries_rest) THEN
        LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE;
    END IF;
    months := ARRAY(
        SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date FROM audit_entries_rest
        UNION SELECT (this + make_interval(months => ahead))::date FROM generate_series(0, 2) AS ahead);
    FOREACH month IN ARRAY months LOOP
        CONTINUE WHEN to_regclass(audit_month(month)) IS NOT NULL;
        PERFORM create_audit_month(month);
        IF EXISTS (SELECT FROM audit_entries_rest WHERE date_trunc('month', at AT TIME ZONE 'Asia/Shanghai') = month) THEN
            ALTER TABLE audit_entries_rest DISABLE TRIGGER audit_entries_append_only;
            EXECUTE format('WITH taken AS (DELETE FROM audit_entries_rest '
                'WHERE date_trunc(''month'', at AT TIME ZONE ''Asia/Shanghai'') = %L RETURNING *) INSERT INTO %I SELECT * FROM taken',
                month, audit_month(month));
            ALTER TABLE audit_entries_rest ENABLE TRIGGER audit_entries_append_only;
        END IF;
        PERFORM attach_audit_month(month);
    END LOOP;
END
$function$;

CREATE OR REPLACE FUNCTION keep_linked_subjects()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF NEW.subject IS NOT NULL AND NOT NEW.linked_subjects ? NEW.subject THEN
        NEW.linked_subjects = NEW.linked_subjects || jsonb_build_array(NEW.subject);
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION learner_quota(roles jsonb, place text, of_year integer)
 RETURNS TABLE(quota bigint)
 LANGUAGE sql
 STABLE
AS $function$
    SELECT COALESCE(max(COALESCE((
        SELECT r.value FROM rules r
        WHERE r.name = n.name AND r.jurisdiction IN (place, left(place, 9), left(place, 6), left(place, 4))
            AND r.valid_from <= make_date(of_year, 12, 31)
        ORDER BY length(r.jurisdiction) DESC, r.valid_from DESC LIMIT 1), n.default_value)), 0)
    FROM jsonb_array_elements_text(roles) role JOIN rule_names n ON n.name = role || '_yearly_hours'
$function$;

CREATE OR REPLACE FUNCTION learners_elsewhere_then(session uuid, since timestamp with time zone, until timestamp with time zone)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
AS $function$
    SELECT coalesce(array_agg(learner_id), '{}') FROM (
        SELECT DISTINCT one.learner_id
        FROM training_enrollments AS one
        JOIN training_enrollments AS other
            ON other.learner_id = one.learner_id AND other.session_id <> one.session_id AND other.training_id <> one.training_id
        JOIN training_sessions AS held ON held.id = other.session_id
        WHERE one.session_id = session AND one.settled_at IS NULL AND one.status NOT IN ('cancelled', 'excused')
            AND other.settled_at IS NULL AND other.status NOT IN ('cancelled', 'excused')
            AND held.starts_at < until AND held.ends_at > since AND held.status <> 'cancelled'
        ORDER BY one.learner_id
        LIMIT 100
    ) AS found
$function$;

CREATE OR REPLACE FUNCTION learners_short_of_hours(of_year integer, place text)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE
AS $function$
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
END $function$;

CREATE OR REPLACE FUNCTION name_key(name text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ SELECT lower(normalize(name, NFKC)) $function$;

CREATE OR REPLACE FUNCTION organization_ties(organization uuid, day date)
 RETURNS text[]
 LANGUAGE sql
 STABLE
AS $function$
    SELECT array_remove(ARRAY[
        (SELECT 'property_contract' FROM property_contracts
            WHERE organization_id = organization AND voided_on IS NULL AND (coalesce(terminated_on, ends_on) >= day
                OR continued_on IS NOT NULL AND terminated_on IS NULL) LIMIT 1),
        (SELECT 'owners_committee' FROM owners_committees
            WHERE organization_id = organization AND status NOT IN ('ended', 'dissolved') LIMIT 1),
        (SELECT 'grid_enrollment' FROM grid_enrollments
            WHERE organization_id = organization AND status <> 'left' LIMIT 1),
        (SELECT 'organization' FROM organizations
            WHERE status = 'active' AND (parent_id = organization OR party_organization_id = organization) LIMIT 1)
    ], NULL)
$function$;

CREATE OR REPLACE FUNCTION phone_key(phone text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
    SELECT right(regexp_replace(phone, '[^0-9]', '', 'g'), 11)
$function$;

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION '% is append only', TG_TABLE_NAME;
END
$function$;

CREATE OR REPLACE FUNCTION refuse_change_of_announced_vote()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'what was announced does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'owner_votes_announced_is_fixed';
END $function$;

CREATE OR REPLACE FUNCTION refuse_change_of_ballot()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    -- While papers are entered a ballot is set aside; one whose paper was wrong is voided, and the one counts again of which it had
    -- taken the place.
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.vote_id, OLD.head, OLD.revision, OLD.channel, OLD.sealed, OLD.receipt, OLD.cast_at, OLD.put_at, OLD.letters, OLD.cast_by)
        IS NOT DISTINCT FROM (NEW.id, NEW.vote_id, NEW.head, NEW.revision, NEW.channel, NEW.sealed, NEW.receipt, NEW.cast_at, NEW.put_at, NEW.letters, NEW.cast_by)
        AND (OLD.counts AND NOT NEW.counts OR NEW.set_aside = 'voided'
            OR NOT OLD.counts AND NEW.counts AND OLD.set_aside IN ('replaced', 'own_ballot', 'first_counts'))
        AND EXISTS (SELECT FROM owner_votes WHERE id = OLD.vote_id AND status IN ('voting', 'counting')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a ballot does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballots_fixed';
END $function$;

CREATE OR REPLACE FUNCTION refuse_change_of_counted_vote()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    RAISE EXCEPTION 'what was counted does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'owner_votes_counted_is_fixed';
END $function$;

CREATE OR REPLACE FUNCTION refuse_change_of_frozen_roll()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF EXISTS (SELECT FROM owner_votes WHERE roll_hash IS NOT NULL) THEN
            RAISE EXCEPTION 'a frozen roll does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_roll_frozen';
        END IF;
    ELSIF EXISTS (SELECT FROM owner_votes WHERE roll_hash IS NOT NULL AND id IN (SELECT vote_id FROM changed)) THEN
        RAISE EXCEPTION 'a frozen roll does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_roll_frozen';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION refuse_cross_appointment()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    found boolean;
BEGIN
    CASE TG_TABLE_NAME
    WHEN 'organization_staff' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organization_id::text, 0));
        found := EXISTS (SELECT FROM cross_appointments
            WHERE enterprise_id = NEW.organization_id AND phone_digits = NEW.phone_digits);
    WHEN 'property_contracts' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organization_id::text, 0));
        found := EXISTS (SELECT FROM cross_appointments
            WHERE enterprise_id = NEW.organization_id AND estate_id = NEW.estate_id);
    ELSE
        PERFORM pg_advisory_xact_lock(hashtextextended(enterprise::text, 0)) FROM (
            SELECT DISTINCT p.organization_id AS enterprise FROM owners_committees c
            JOIN property_contracts p ON p.estate_id = c.estate_id
            WHERE c.id = NEW.committee_id ORDER BY 1) AS serving;
        found := EXISTS (SELECT FROM cross_appointments
            WHERE committee_id = NEW.committee_id AND phone_digits = NEW.phone_digits);
    END CASE;
    IF found THEN
        RAISE EXCEPTION 'a member of an owners'' committee works for the enterprise that serves the estate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_cross_appointment';
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION refuse_revoked_jurisdiction()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.jurisdiction = NEW.jurisdiction THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM jurisdictions WHERE code = NEW.jurisdiction AND revoked_on IS NOT NULL) THEN
        RAISE EXCEPTION 'jurisdiction % was revoked', NEW.jurisdiction
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_jurisdiction_exists';
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION unfinished_duties(council uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'title', title) ORDER BY due_on, id), '[]') FROM (
        SELECT id, title, due_on FROM duties WHERE council_id = council AND status IN ('open', 'reported') ORDER BY due_on, id LIMIT 20
    ) AS unfinished
$function$;

CREATE OR REPLACE PROCEDURE update_in_batches(IN target regclass, IN key name, IN new_values text, IN condition text)
 LANGUAGE plpgsql
AS $procedure$
DECLARE
    last uuid := '00000000-0000-0000-0000-000000000000';
    next uuid;
BEGIN
    LOOP
        EXECUTE format('SELECT k FROM (SELECT %1$I AS k FROM %2$s WHERE %1$I > $1 ORDER BY k LIMIT 500) AS batch ORDER BY k DESC LIMIT 1',
            key, target) INTO next USING last;
        EXIT WHEN next IS NULL;
        EXECUTE format('UPDATE %2$s SET %3$s WHERE %1$I > $1 AND %1$I <= $2 AND (%4$s)', key, target, new_values, condition)
            USING last, next;
        COMMIT;
        last := next;
    END LOOP;
END $procedure$;

CREATE TRIGGER agreements_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON agreements FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit_entries_rest FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER calendar_years_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON calendar_years FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER certificates_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON certificates FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER consultations_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON consultations FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER council_meetings_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON council_meetings FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER councils_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON councils FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER dispute_categories_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON dispute_categories FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER dispute_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON dispute_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER disputes_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON disputes FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER duties_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON duties FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER estate_units_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON estate_units FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER estates_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON estates FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER grid_enrollments_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON grid_enrollments FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER grid_records_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON grid_records FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER learner_merges_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON learner_merges FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER learners_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON learners FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER learners_subject_followed AFTER UPDATE OF subject ON learners FOR EACH ROW WHEN ((old.subject IS DISTINCT FROM new.subject)) EXECUTE FUNCTION follow_subject_of_learner();

CREATE TRIGGER learners_subjects_kept BEFORE INSERT OR UPDATE OF subject ON learners FOR EACH ROW EXECUTE FUNCTION keep_linked_subjects();

CREATE TRIGGER mediation_sessions_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON mediation_sessions FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER mediations_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON mediations FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER mediators_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON mediators FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER mediators_subjects_kept BEFORE INSERT OR UPDATE OF subject ON mediators FOR EACH ROW EXECUTE FUNCTION keep_linked_subjects();

CREATE TRIGGER organization_staff_are_no_members AFTER INSERT ON organization_staff FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();

CREATE TRIGGER organizations_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON organizations FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER owner_votes_announced_is_fixed BEFORE UPDATE ON owner_votes FOR EACH ROW WHEN (((old.announced_at IS NOT NULL) AND ((((((old.plan IS DISTINCT FROM new.plan) OR (old.starts_at IS DISTINCT FROM new.starts_at)) OR ((old.roll)::text IS DISTINCT FROM (new.roll)::text)) OR (old.roll_hash IS DISTINCT FROM new.roll_hash)) OR (old.manifest_hash IS DISTINCT FROM new.manifest_hash)) OR (old.announced_at IS DISTINCT FROM new.announced_at)))) EXECUTE FUNCTION refuse_change_of_announced_vote();

CREATE TRIGGER owner_votes_counted_is_fixed BEFORE UPDATE ON owner_votes FOR EACH ROW WHEN (((old.counted_at IS NOT NULL) AND (((old.result)::text IS DISTINCT FROM (new.result)::text) OR (old.counted_at IS DISTINCT FROM new.counted_at)))) EXECUTE FUNCTION refuse_change_of_counted_vote();

CREATE TRIGGER owner_votes_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON owner_votes FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER owners_committee_members_are_not_employed AFTER INSERT ON owners_committee_members FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();

CREATE TRIGGER owners_committees_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON owners_committees FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER policies_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON policies FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER property_contracts_employ_no_members AFTER INSERT OR UPDATE OF starts_on, ends_on, continued_on, terminated_on ON property_contracts FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();

CREATE TRIGGER property_contracts_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON property_contracts FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER responsibilities_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON responsibilities FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER rules_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON rules FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER training_enrollments_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON training_enrollments FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER training_sessions_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON training_sessions FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER trainings_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON trainings FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

CREATE TRIGGER vote_ballots_all_stay BEFORE TRUNCATE ON vote_ballots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ballot();

CREATE TRIGGER vote_ballots_fixed BEFORE UPDATE ON vote_ballots FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ballot();

CREATE TRIGGER vote_ballots_stay BEFORE DELETE ON vote_ballots FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ballot();

CREATE TRIGGER vote_roll_frozen_delete AFTER DELETE ON vote_roll REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();

CREATE TRIGGER vote_roll_frozen_insert AFTER INSERT ON vote_roll REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();

CREATE TRIGGER vote_roll_frozen_truncate BEFORE TRUNCATE ON vote_roll FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();

CREATE TRIGGER vote_roll_frozen_update AFTER UPDATE ON vote_roll REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();

CREATE SEQUENCE agreement_numbers;

CREATE SEQUENCE certificate_numbers;

CREATE SEQUENCE changes_seq_seq;

CREATE SEQUENCE dispute_numbers;

CREATE SEQUENCE mediation_numbers;

CREATE SEQUENCE vote_papers_form_seq;
