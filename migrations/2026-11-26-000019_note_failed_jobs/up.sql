-- What the service could not do by itself: it tries again after growing pauses, and goes on with the rest.
CREATE TABLE job_failures (
    job text COLLATE "C" NOT NULL,
    record_id text COLLATE "C" NOT NULL,
    attempts integer NOT NULL,
    failed_at timestamptz NOT NULL,
    retry_at timestamptz NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (job, record_id)
);
-- Up to which dispute the deadlines were worked out with a version of a year, while that goes on.
ALTER TABLE calendar_years
    ADD COLUMN applying_version bigint NOT NULL DEFAULT 0,
    ADD COLUMN applied_up_to uuid;
