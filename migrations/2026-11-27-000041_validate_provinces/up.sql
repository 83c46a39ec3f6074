DO $validate$
BEGIN
    ALTER TABLE jurisdictions
        VALIDATE CONSTRAINT jurisdictions_code_fits_level,
        VALIDATE CONSTRAINT jurisdictions_parent_begins_code;
    ALTER TABLE calendar_years VALIDATE CONSTRAINT calendar_years_city_or_province;
END
$validate$;
