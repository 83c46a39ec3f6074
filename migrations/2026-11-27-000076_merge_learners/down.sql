DROP TABLE learner_merges;
DROP FUNCTION phone_key CASCADE;
UPDATE learners SET status = 'left', merged_into_id = NULL WHERE status = 'merged';
ALTER TABLE learners DROP CONSTRAINT learners_status_known,
    DROP CONSTRAINT learners_merged_into_exists,
    DROP COLUMN merged_into_id,
    ADD CONSTRAINT learners_status_known CHECK (CASE status
        WHEN 'active' THEN left_on IS NULL
        WHEN 'left' THEN left_on IS NOT NULL
        ELSE false
    END);
