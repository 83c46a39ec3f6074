ALTER TABLE organizations DROP CONSTRAINT organizations_term_of_mediators, DROP COLUMN term_starts_on, DROP COLUMN term_ends_on;
ALTER TABLE mediations DROP CONSTRAINT mediations_type_known, DROP COLUMN mediation_type, DROP COLUMN helpers;
