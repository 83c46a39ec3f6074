CREATE TABLE jurisdictions (
    code text COLLATE "C" PRIMARY KEY,
    level text NOT NULL,
    name text NOT NULL CONSTRAINT jurisdictions_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    parent_code text COLLATE "C" REFERENCES jurisdictions (code) DEFERRABLE INITIALLY DEFERRED,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT jurisdictions_code_fits_level CHECK (
        code ~ '^[0-9]+$' AND char_length(code) = CASE level
            WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9
            WHEN 'community' THEN 12 WHEN 'grid' THEN 15 END),
    CONSTRAINT jurisdictions_parent_begins_code CHECK (
        (level = 'city') = (parent_code IS NULL) AND starts_with(code, coalesce(parent_code, '')))
);
CREATE INDEX jurisdictions_by_parent ON jurisdictions (parent_code, code);
