-- What councils have decided, by whom and by when it is done.
CREATE TABLE duties (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid,
    council_id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    item_id uuid NOT NULL,
    position smallint NOT NULL,
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
    progress jsonb NOT NULL DEFAULT '[]',
    reviews jsonb NOT NULL DEFAULT '[]',
    reported_on date,
    in_time boolean,
    reason text,
    next_step_on date,
    taken_steps jsonb NOT NULL DEFAULT '[]',
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT duties_pkey PRIMARY KEY (id),
    CONSTRAINT duties_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT duties_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT duties_council_exists FOREIGN KEY (council_id) REFERENCES councils (id),
    CONSTRAINT duties_meeting_exists FOREIGN KEY (meeting_id) REFERENCES council_meetings (id),
    CONSTRAINT duties_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT duties_texts_length CHECK (char_length(title) BETWEEN 1 AND 200 AND char_length(task) BETWEEN 1 AND 2000
        AND char_length(reason) <= 1000),
    CONSTRAINT duties_days_positive CHECK (working_days > 0 AND extension_days > 0),
    CONSTRAINT duties_card_known CHECK (card IN ('none', 'yellow', 'red')),
    CONSTRAINT duties_status_known CHECK (status IN ('open', 'reported', 'done', 'cancelled')
        AND (status = 'done') = (in_time IS NOT NULL))
);
CREATE INDEX duties_by_city ON duties (city_code, updated_at DESC, id DESC);
CREATE INDEX duties_by_district ON duties (district_code, updated_at DESC, id DESC);
CREATE INDEX duties_by_street ON duties (street_code, updated_at DESC, id DESC);
CREATE INDEX duties_by_community ON duties (community_code, updated_at DESC, id DESC);
CREATE INDEX duties_by_council ON duties (council_id, updated_at DESC, id DESC);
CREATE INDEX duties_by_organization ON duties (organization_id, updated_at DESC, id DESC);
CREATE INDEX duties_by_meeting ON duties (meeting_id);
CREATE INDEX duties_reported ON duties (community_code, reported_on) WHERE status = 'reported';
CREATE INDEX duties_due ON duties (next_step_on) WHERE next_step_on IS NOT NULL;
CREATE TRIGGER duties_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON duties
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- With what the next meeting of a council opens.
CREATE FUNCTION unfinished_duties(council uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'title', title) ORDER BY due_on, id), '[]') FROM (
        SELECT id, title, due_on FROM duties WHERE council_id = council AND status IN ('open', 'reported') ORDER BY due_on, id LIMIT 20
    ) AS unfinished
$$;
