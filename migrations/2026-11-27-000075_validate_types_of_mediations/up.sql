DO $$ BEGIN
    ALTER TABLE mediations VALIDATE CONSTRAINT mediations_type_known;
    ALTER TABLE organizations VALIDATE CONSTRAINT organizations_term_of_mediators;
END $$;
