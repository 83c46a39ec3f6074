-- Before, a subject was one learner's: that of the first entry.
UPDATE learners SET subject = NULL WHERE status = 'active' AND EXISTS (
    SELECT FROM learners AS first WHERE first.subject = learners.subject AND first.status = 'active' AND first.id < learners.id);
CREATE UNIQUE INDEX learners_subject_unique ON learners (subject) WHERE subject IS NOT NULL AND status = 'active';
