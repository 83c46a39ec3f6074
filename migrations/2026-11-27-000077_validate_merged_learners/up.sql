DO $$ BEGIN
    ALTER TABLE learners VALIDATE CONSTRAINT learners_status_known;
    ALTER TABLE learners VALIDATE CONSTRAINT learners_merged_into_exists;
END $$;
