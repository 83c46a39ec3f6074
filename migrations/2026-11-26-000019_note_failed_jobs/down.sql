ALTER TABLE calendar_years
    DROP COLUMN applying_version,
    DROP COLUMN applied_up_to;
DROP TABLE job_failures;
