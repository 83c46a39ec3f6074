CREATE TABLE token_revocations (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    jti text COLLATE "C",
    subject text COLLATE "C",
    issued_before timestamptz NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT token_revocations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT token_revocations_of_one_or_many CHECK (num_nonnulls(jti, subject) < 2)
);
-- Every instance asks for the recent ones.
CREATE INDEX token_revocations_recent ON token_revocations (created_at);
