-- What owners said, sealed: nobody reads it in the database. Once put in, a ballot changes only in whether it counts.
CREATE TABLE vote_ballots (
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    revision integer NOT NULL,
    channel text NOT NULL,
    sealed bytea NOT NULL,
    receipt text NOT NULL,
    -- When it was said: for paper when it was handed in, not when it was entered.
    cast_at timestamptz NOT NULL,
    put_at timestamptz NOT NULL,
    counts boolean NOT NULL,
    set_aside text,
    ended_at timestamptz,
    CONSTRAINT vote_ballots_pkey PRIMARY KEY (id),
    CONSTRAINT vote_ballots_head_exists FOREIGN KEY (vote_id, head) REFERENCES vote_heads (vote_id, head),
    CONSTRAINT vote_ballots_revision_once UNIQUE (vote_id, head, revision),
    CONSTRAINT vote_ballots_receipt_once UNIQUE (vote_id, receipt),
    CONSTRAINT vote_ballots_channel_known CHECK (channel IN ('online', 'paper', 'proxy', 'delegate')),
    CONSTRAINT vote_ballots_reason_known CHECK (set_aside IN ('replaced', 'withdrawn', 'withdrawn_by_proxy', 'own_ballot',
        'first_counts', 'voided')),
    CONSTRAINT vote_ballots_counts_or_not CHECK (counts = (set_aside IS NULL) AND counts = (ended_at IS NULL))
);
CREATE UNIQUE INDEX vote_ballots_one_counts ON vote_ballots (vote_id, head) WHERE counts;

CREATE FUNCTION refuse_change_of_ballot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- While papers are entered a ballot is set aside; one whose paper was wrong is voided, and the one counts again of which it had
    -- taken the place.
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.vote_id, OLD.head, OLD.revision, OLD.channel, OLD.sealed, OLD.receipt, OLD.cast_at, OLD.put_at)
        IS NOT DISTINCT FROM (NEW.id, NEW.vote_id, NEW.head, NEW.revision, NEW.channel, NEW.sealed, NEW.receipt, NEW.cast_at, NEW.put_at)
        AND (OLD.counts AND NOT NEW.counts OR NEW.set_aside = 'voided'
            OR NOT OLD.counts AND NEW.counts AND OLD.set_aside IN ('replaced', 'own_ballot', 'first_counts'))
        AND EXISTS (SELECT FROM owner_votes WHERE id = OLD.vote_id AND status IN ('voting', 'counting')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a ballot does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_ballots_fixed';
END $$;
CREATE TRIGGER vote_ballots_fixed BEFORE UPDATE ON vote_ballots FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ballot();
CREATE TRIGGER vote_ballots_stay BEFORE DELETE ON vote_ballots FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ballot();
CREATE TRIGGER vote_ballots_all_stay BEFORE TRUNCATE ON vote_ballots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ballot();

-- Who votes for somebody else, for as many as the rule says.
CREATE TABLE vote_powers (
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    principal integer NOT NULL,
    proxy integer NOT NULL,
    slot smallint NOT NULL,
    paper text,
    given_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT vote_powers_pkey PRIMARY KEY (id),
    CONSTRAINT vote_powers_principal_exists FOREIGN KEY (vote_id, principal) REFERENCES vote_heads (vote_id, head),
    CONSTRAINT vote_powers_proxy_exists FOREIGN KEY (vote_id, proxy) REFERENCES vote_heads (vote_id, head),
    CONSTRAINT vote_powers_to_another CHECK (principal <> proxy)
);
CREATE INDEX vote_powers_by_principal ON vote_powers (vote_id, principal);
CREATE INDEX vote_powers_by_proxy ON vote_powers (vote_id, proxy);
CREATE UNIQUE INDEX vote_powers_one_of_principal ON vote_powers (vote_id, principal) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX vote_powers_slot_taken ON vote_powers (vote_id, proxy, slot) WHERE ended_at IS NULL;

-- Papers that were handed in. What they say is entered twice and blind, by two persons: only a keyed mark of it is kept, until
-- two agree.
CREATE TABLE vote_papers (
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    channel text NOT NULL,
    delegate text,
    status text NOT NULL,
    reason text,
    received_at timestamptz NOT NULL,
    received_by text NOT NULL,
    -- The paper in whose place it is, where that was taken in wrongly.
    in_place_of uuid,
    rejected_by text,
    note text,
    receipt text,
    CONSTRAINT vote_papers_pkey PRIMARY KEY (id),
    CONSTRAINT vote_papers_head_exists FOREIGN KEY (vote_id, head) REFERENCES vote_heads (vote_id, head),
    CONSTRAINT vote_papers_channel_known CHECK (channel IN ('paper', 'delegate') AND (channel = 'delegate') = (delegate IS NOT NULL)
        AND char_length(delegate) BETWEEN 1 AND 100),
    CONSTRAINT vote_papers_replaced_exists FOREIGN KEY (in_place_of) REFERENCES vote_papers (id),
    CONSTRAINT vote_papers_replaced_once UNIQUE (in_place_of),
    CONSTRAINT vote_papers_status_known CHECK (status IN ('received', 'entered_once', 'disputed', 'entered', 'invalid', 'late')
        AND (status <> 'entered' OR receipt IS NOT NULL) AND (status IN ('invalid', 'late')) = (reason IS NOT NULL)
        AND char_length(note) BETWEEN 1 AND 1000)
);
CREATE INDEX vote_papers_by_head ON vote_papers (vote_id, head);
CREATE INDEX vote_papers_by_vote ON vote_papers (vote_id, id);
CREATE INDEX vote_papers_open ON vote_papers (vote_id) WHERE status IN ('received', 'entered_once', 'disputed');

CREATE TABLE vote_paper_entries (
    paper_id uuid NOT NULL,
    no smallint NOT NULL,
    entered_by text NOT NULL,
    mark text NOT NULL,
    readings smallint NOT NULL DEFAULT 1,
    CONSTRAINT vote_paper_entries_pkey PRIMARY KEY (paper_id, no),
    CONSTRAINT vote_paper_entries_paper_exists FOREIGN KEY (paper_id) REFERENCES vote_papers (id),
    CONSTRAINT vote_paper_entries_by_another UNIQUE (paper_id, entered_by)
);

-- The ballots of a named vote as they are published, once it is counted.
CREATE TABLE vote_opened (
    vote_id uuid NOT NULL,
    head integer NOT NULL,
    line text NOT NULL,
    CONSTRAINT vote_opened_pkey PRIMARY KEY (vote_id, head),
    CONSTRAINT vote_opened_head_exists FOREIGN KEY (vote_id, head) REFERENCES vote_heads (vote_id, head)
);
