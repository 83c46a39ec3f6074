DROP TRIGGER learners_subjects_kept ON learners;
DROP FUNCTION keep_linked_subjects;
CREATE OR REPLACE FUNCTION follow_subject_of_learner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training_enrollments SET subject = NEW.subject WHERE learner_id = NEW.id;
    UPDATE certificates SET subject = NEW.subject WHERE learner_id = NEW.id;
    RETURN NULL;
END $$;
ALTER TABLE training_enrollments DROP COLUMN linked_subjects;
ALTER TABLE learners DROP COLUMN linked_subjects;
ALTER TABLE grid_units DROP COLUMN taken_steps;
ALTER TABLE agreements DROP COLUMN taken_steps;
ALTER TABLE disputes DROP COLUMN taken_steps;
