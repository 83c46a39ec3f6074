-- What was done by a decision of owners.
CREATE TABLE vote_effects (
    vote_id uuid NOT NULL,
    no integer NOT NULL,
    kind text NOT NULL,
    record_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT vote_effects_pkey PRIMARY KEY (vote_id, no, kind),
    CONSTRAINT vote_effects_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes (id),
    CONSTRAINT vote_effects_kind_known CHECK (kind IN ('committee_elected', 'committee_prolonged', 'contract_made', 'contract_ended'))
);

-- When a counted vote is looked through again: its roll, its box and its ballots must be what was published.
CREATE TABLE vote_checks (
    vote_id uuid NOT NULL,
    checked_at timestamptz,
    next_at timestamptz NOT NULL,
    CONSTRAINT vote_checks_pkey PRIMARY KEY (vote_id),
    CONSTRAINT vote_checks_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes (id)
);
CREATE INDEX vote_checks_due ON vote_checks (next_at);
INSERT INTO vote_checks (vote_id, next_at) SELECT id, counted_at FROM owner_votes WHERE counted_at IS NOT NULL;
