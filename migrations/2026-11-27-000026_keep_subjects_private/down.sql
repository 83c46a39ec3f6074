DROP INDEX learners_by_subject;
CREATE UNIQUE INDEX learners_subject_unique ON learners (subject) WHERE subject IS NOT NULL AND status = 'active';
ALTER TABLE dispute_guests DROP COLUMN name;
