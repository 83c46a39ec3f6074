-- What an administration may set for its area: a name with its default, bounds and legal basis.
CREATE TABLE rule_names (
    name text PRIMARY KEY,
    default_value bigint NOT NULL,
    lowest bigint NOT NULL,
    highest bigint NOT NULL,
    legal_basis text NOT NULL,
    CONSTRAINT rule_names_default_within_bounds CHECK (default_value BETWEEN lowest AND highest)
);
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('committee_re_election_notice_days', 90, 30, 365, '业主委员会任期届满前应当启动换届，提前天数由各地规定');

-- A value for a jurisdiction and what lies below it, from a day until the next row of the same name there.
CREATE TABLE rules (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    name text NOT NULL,
    value bigint NOT NULL,
    legal_basis text NOT NULL,
    valid_from date NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT rules_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT rules_name_exists FOREIGN KEY (name) REFERENCES rule_names (name),
    CONSTRAINT rules_day_unique UNIQUE (jurisdiction, name, valid_from),
    CONSTRAINT rules_legal_basis_length CHECK (char_length(legal_basis) BETWEEN 1 AND 500)
);
