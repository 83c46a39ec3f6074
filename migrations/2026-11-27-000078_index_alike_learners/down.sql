DROP INDEX learners_by_person;
