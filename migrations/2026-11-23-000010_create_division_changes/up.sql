ALTER TABLE jurisdictions
    ADD COLUMN revoked_on date,
    ADD COLUMN successor_code text COLLATE "C",
    ADD CONSTRAINT jurisdictions_successor_exists FOREIGN KEY (successor_code) REFERENCES jurisdictions (code),
    ADD CONSTRAINT jurisdictions_revoked_has_successor CHECK ((revoked_on IS NULL) = (successor_code IS NULL)),
    ADD CONSTRAINT jurisdictions_successor_is_another CHECK (successor_code <> code);
CREATE INDEX jurisdictions_by_successor ON jurisdictions (successor_code) WHERE successor_code IS NOT NULL;

CREATE TABLE division_changes (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    effective_on date NOT NULL,
    legal_basis text NOT NULL,
    steps jsonb NOT NULL,
    moved bigint NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT division_changes_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT division_changes_kind_known CHECK (kind IN ('rename', 'merge', 'split', 'revoke')),
    CONSTRAINT division_changes_legal_basis_length CHECK (char_length(legal_basis) BETWEEN 1 AND 500)
);
CREATE INDEX division_changes_by_city ON division_changes (city_code, updated_at DESC, id DESC);
CREATE INDEX division_changes_by_district ON division_changes (district_code, updated_at DESC, id DESC);
CREATE INDEX division_changes_by_street ON division_changes (street_code, updated_at DESC, id DESC);
CREATE INDEX division_changes_by_community ON division_changes (community_code, updated_at DESC, id DESC);

-- No record enters a jurisdiction that was revoked. It runs after the foreign key has locked the jurisdiction's
-- row, so that a change of divisions is either seen here or waits for the record and moves it.
CREATE FUNCTION refuse_revoked_jurisdiction() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER disputes_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON disputes
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER organizations_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON organizations
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER estates_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON estates
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER property_contracts_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON property_contracts
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER owners_committees_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON owners_committees
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER responsibilities_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON responsibilities
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER grid_enrollments_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON grid_enrollments
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER rules_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON rules
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
