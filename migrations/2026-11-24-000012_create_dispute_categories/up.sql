-- What an administration says of a category of disputes, for itself and below, from a day until the next row of the
-- same code there. What a row leaves open comes from the jurisdiction above, then from the category above.
CREATE TABLE dispute_categories (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    code text COLLATE "C" NOT NULL,
    title text,
    active boolean,
    matter text COLLATE "C",
    first_level text,
    risk text,
    required_fields jsonb,
    accept_days integer,
    first_contact_days integer,
    resolve_days integer,
    extension_days integer,
    legal_basis text NOT NULL,
    valid_from date NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT dispute_categories_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT dispute_categories_day_unique UNIQUE (jurisdiction, code, valid_from),
    CONSTRAINT dispute_categories_code_form CHECK (code ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'),
    CONSTRAINT dispute_categories_matter_form CHECK (matter ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'),
    CONSTRAINT dispute_categories_title_length CHECK (char_length(title) BETWEEN 1 AND 100),
    CONSTRAINT dispute_categories_first_level_known CHECK (first_level IN ('city', 'district', 'street', 'community')),
    CONSTRAINT dispute_categories_risk_known CHECK (risk IN ('yellow', 'orange', 'red')),
    CONSTRAINT dispute_categories_days_positive CHECK (
        least(accept_days, first_contact_days, resolve_days, extension_days) > 0
        AND greatest(accept_days, first_contact_days, resolve_days, extension_days) <= 365),
    CONSTRAINT dispute_categories_legal_basis_length CHECK (char_length(legal_basis) BETWEEN 1 AND 500)
);
CREATE TRIGGER dispute_categories_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON dispute_categories
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
CREATE TRIGGER calendar_years_jurisdiction_active AFTER INSERT OR UPDATE OF jurisdiction ON calendar_years
    FOR EACH ROW EXECUTE FUNCTION refuse_revoked_jurisdiction();
