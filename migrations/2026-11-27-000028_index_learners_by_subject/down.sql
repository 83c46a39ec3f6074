DROP INDEX learners_by_subject;
