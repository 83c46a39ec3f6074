-- What kind of mediation it is, who helps in it, and how long the members of a committee are in office.
ALTER TABLE mediations
    ADD COLUMN mediation_type text NOT NULL DEFAULT 'people',
    ADD COLUMN helpers jsonb NOT NULL DEFAULT '[]',
    ADD CONSTRAINT mediations_type_known CHECK (mediation_type IN ('people', 'administrative', 'commercial', 'court_invited')) NOT VALID;
ALTER TABLE organizations
    ADD COLUMN term_starts_on date,
    ADD COLUMN term_ends_on date,
    ADD CONSTRAINT organizations_term_of_mediators CHECK (num_nonnulls(term_starts_on, term_ends_on) = 0
        OR kind = 'mediation_committee' AND term_ends_on >= term_starts_on) NOT VALID;
