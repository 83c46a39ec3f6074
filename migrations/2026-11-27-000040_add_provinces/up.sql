-- Provinces stand above the cities, with two digits. Cities that were there before get theirs when a file is imported again.
ALTER TABLE jurisdictions
    DROP CONSTRAINT jurisdictions_code_fits_level,
    DROP CONSTRAINT jurisdictions_parent_begins_code,
    ADD CONSTRAINT jurisdictions_code_fits_level CHECK (
        code !~ '[^0-9]' AND char_length(code) = CASE level
            WHEN 'province' THEN 2 WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9
            WHEN 'community' THEN 12 WHEN 'grid' THEN 15 END) NOT VALID,
    ADD CONSTRAINT jurisdictions_parent_begins_code CHECK (
        CASE level WHEN 'province' THEN parent_code IS NULL WHEN 'city' THEN TRUE ELSE parent_code IS NOT NULL END
        AND starts_with(code, coalesce(parent_code, ''))) NOT VALID;
ALTER TABLE calendar_years
    DROP CONSTRAINT calendar_years_city,
    ADD CONSTRAINT calendar_years_city_or_province CHECK (char_length(jurisdiction) IN (2, 4)) NOT VALID;
