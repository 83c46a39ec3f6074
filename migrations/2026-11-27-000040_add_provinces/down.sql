DELETE FROM calendar_years WHERE char_length(jurisdiction) = 2;
DELETE FROM rules WHERE char_length(jurisdiction) = 2;
DELETE FROM dispute_categories WHERE char_length(jurisdiction) = 2;
ALTER TABLE calendar_years
    DROP CONSTRAINT calendar_years_city_or_province,
    ADD CONSTRAINT calendar_years_city CHECK (char_length(jurisdiction) = 4);
-- What waits for the end of the transaction keeps the table from being changed.
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE jurisdictions SET parent_code = NULL WHERE level = 'city';
DELETE FROM jurisdictions WHERE level = 'province';
ALTER TABLE jurisdictions
    DROP CONSTRAINT jurisdictions_code_fits_level,
    DROP CONSTRAINT jurisdictions_parent_begins_code,
    ADD CONSTRAINT jurisdictions_code_fits_level CHECK (
        code ~ '^[0-9]+$' AND char_length(code) = CASE level
            WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9
            WHEN 'community' THEN 12 WHEN 'grid' THEN 15 END),
    ADD CONSTRAINT jurisdictions_parent_begins_code CHECK (
        (level = 'city') = (parent_code IS NULL) AND starts_with(code, coalesce(parent_code, '')));
