-- What owners decide together. A ballot never writes into it.
CREATE TABLE owner_votes (
    id uuid NOT NULL,
    jurisdiction text COLLATE "C" NOT NULL,
    estate_id uuid NOT NULL,
    organization_id uuid,
    title text NOT NULL,
    plan jsonb NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status text NOT NULL,
    preparation jsonb NOT NULL,
    roll json NOT NULL DEFAULT 'null',
    roll_hash text,
    manifest_hash text,
    announced_at timestamptz,
    box_key jsonb NOT NULL DEFAULT 'null',
    result json NOT NULL DEFAULT 'null',
    counted_at timestamptz,
    concluded_at timestamptz,
    reason text,
    postings jsonb NOT NULL DEFAULT '[]',
    objections jsonb NOT NULL DEFAULT '[]',
    endings jsonb NOT NULL DEFAULT '[]',
    taken_steps jsonb NOT NULL DEFAULT '[]',
    next_step_at timestamptz,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED NOT NULL,
    district_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED NOT NULL,
    street_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED NOT NULL,
    community_code text COLLATE "C" GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED NOT NULL,
    CONSTRAINT owner_votes_pkey PRIMARY KEY (id),
    CONSTRAINT owner_votes_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT owner_votes_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    CONSTRAINT owner_votes_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT owner_votes_texts_length CHECK (char_length(title) BETWEEN 1 AND 200 AND char_length(reason) <= 1000),
    CONSTRAINT owner_votes_time_right CHECK (starts_at < ends_at),
    CONSTRAINT owner_votes_status_known CHECK (status IN ('draft', 'discarded', 'roll_published', 'announced', 'voting', 'counting',
        'counted', 'concluded', 'cancelled')),
    -- What is announced has a frozen roll and a box; what is counted was announced.
    CONSTRAINT owner_votes_frozen_when_announced CHECK (num_nonnulls(roll_hash, manifest_hash, announced_at) IN (0, 3)
        AND (announced_at IS NULL) = (box_key = 'null')
        AND (status NOT IN ('announced', 'voting', 'counting', 'counted', 'concluded') OR announced_at IS NOT NULL)
        AND (status IN ('counted', 'concluded')) = (counted_at IS NOT NULL) AND (status = 'concluded') = (concluded_at IS NOT NULL))
);
CREATE INDEX owner_votes_by_city ON owner_votes (city_code, updated_at DESC, id DESC);
CREATE INDEX owner_votes_by_district ON owner_votes (district_code, updated_at DESC, id DESC);
CREATE INDEX owner_votes_by_street ON owner_votes (street_code, updated_at DESC, id DESC);
CREATE INDEX owner_votes_by_community ON owner_votes (community_code, updated_at DESC, id DESC);
CREATE INDEX owner_votes_by_estate ON owner_votes (estate_id, updated_at DESC, id DESC);
CREATE INDEX owner_votes_by_organization ON owner_votes (organization_id, updated_at DESC, id DESC) WHERE organization_id IS NOT NULL;
CREATE INDEX owner_votes_due ON owner_votes (next_step_at) WHERE next_step_at IS NOT NULL;
CREATE TRIGGER owner_votes_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON owner_votes
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();

-- What was announced is voted on, and nothing else.
CREATE FUNCTION refuse_change_of_announced_vote() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was announced does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'owner_votes_announced_is_fixed';
END $$;
CREATE TRIGGER owner_votes_announced_is_fixed BEFORE UPDATE ON owner_votes FOR EACH ROW
    WHEN (OLD.announced_at IS NOT NULL AND (OLD.plan, OLD.starts_at, OLD.roll::text, OLD.roll_hash, OLD.manifest_hash, OLD.announced_at)
        IS DISTINCT FROM (NEW.plan, NEW.starts_at, NEW.roll::text, NEW.roll_hash, NEW.manifest_hash, NEW.announced_at))
    EXECUTE FUNCTION refuse_change_of_announced_vote();

-- Who votes with what. The lines are those that are published; of owners only masked names are kept.
CREATE TABLE vote_roll (
    vote_id uuid NOT NULL,
    seq integer NOT NULL,
    unit_id uuid NOT NULL,
    building text NOT NULL,
    entrance text NOT NULL,
    number text NOT NULL,
    head integer NOT NULL,
    line text NOT NULL,
    owners jsonb NOT NULL,
    CONSTRAINT vote_roll_pkey PRIMARY KEY (vote_id, seq),
    CONSTRAINT vote_roll_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes (id),
    CONSTRAINT vote_roll_unit_once UNIQUE (vote_id, building, entrance, number)
);
CREATE INDEX vote_roll_by_head ON vote_roll (vote_id, head);

CREATE FUNCTION refuse_change_of_frozen_roll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF EXISTS (SELECT FROM owner_votes WHERE roll_hash IS NOT NULL) THEN
            RAISE EXCEPTION 'a frozen roll does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_roll_frozen';
        END IF;
    ELSIF EXISTS (SELECT FROM owner_votes WHERE roll_hash IS NOT NULL AND id IN (SELECT vote_id FROM changed)) THEN
        RAISE EXCEPTION 'a frozen roll does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_roll_frozen';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vote_roll_frozen_insert AFTER INSERT ON vote_roll REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();
CREATE TRIGGER vote_roll_frozen_update AFTER UPDATE ON vote_roll REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();
CREATE TRIGGER vote_roll_frozen_delete AFTER DELETE ON vote_roll REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();
CREATE TRIGGER vote_roll_frozen_truncate BEFORE TRUNCATE ON vote_roll
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_frozen_roll();

-- What became of the roll after it was published first.
CREATE TABLE vote_roll_changes (
    vote_id uuid NOT NULL,
    no integer NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    building text NOT NULL,
    entrance text NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT vote_roll_changes_pkey PRIMARY KEY (vote_id, no),
    CONSTRAINT vote_roll_changes_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes (id),
    CONSTRAINT vote_roll_changes_kind_known CHECK (kind IN ('added', 'removed', 'area', 'owners', 'delivery'))
);

-- The heads of a roll, with who votes for each: the row that a ballot locks.
CREATE TABLE vote_heads (
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    area bigint NOT NULL,
    units integer NOT NULL,
    -- As the roll names who holds it: heads of the same holder are one person's.
    holder text NOT NULL,
    letters smallint NOT NULL DEFAULT 0,
    -- Who has seen the code of the last letter, and does not use it.
    printed_by text,
    delivered_on date,
    delivered_by text,
    agent text,
    CONSTRAINT vote_heads_pkey PRIMARY KEY (vote_id, head),
    CONSTRAINT vote_heads_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes (id)
);
CREATE INDEX vote_heads_by_agent ON vote_heads (agent, vote_id) WHERE agent IS NOT NULL;

-- True for an organization that is the owners' committee of an estate: elected, and not at its end.
CREATE FUNCTION is_committee_of(organization uuid, estate uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM owners_committees WHERE organization_id = organization AND estate_id = estate
        AND status NOT IN ('preparing', 'candidates_announced', 'handover', 'ended', 'dissolved'))
$$;

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('vote_roll_days', 7, 1, 60, '业主名册公示期限，由各地规定'),
    ('vote_first_roll_days', 15, 15, 60, '《青岛市物业管理条例》第二十四条、《山东省物业管理条例》第二十二条'),
    ('vote_notice_days', 15, 15, 90, '《物业管理条例》第十四条、《青岛市物业管理条例》第二十九条'),
    ('vote_posting_days', 3, 3, 60, '《青岛市物业管理条例》第九十二条'),
    ('vote_answer_days', 5, 1, 30, '业主名册异议答复期限，由各地规定'),
    ('vote_paper_days', 3, 0, 15, '表决结束后录入纸质表决票的期限，由各地规定'),
    ('vote_proxy_principals', 3, 0, 10, '业主接受委托的人数，由各地规定'),
    ('vote_result_days', 7, 1, 60, '表决结果异议期限，由各地规定');
