-- Who took a step that another person must follow.
ALTER TABLE disputes ADD COLUMN taken_steps jsonb NOT NULL DEFAULT '[]';
ALTER TABLE agreements ADD COLUMN taken_steps jsonb NOT NULL DEFAULT '[]';
ALTER TABLE grid_units ADD COLUMN taken_steps jsonb NOT NULL DEFAULT '[]';
UPDATE grid_units SET taken_steps = jsonb_build_array(jsonb_build_object('action', 'create', 'by', created_by));

-- Whoever ever signed in as a learner decides nothing about that learner.
ALTER TABLE learners ADD COLUMN linked_subjects jsonb NOT NULL DEFAULT '[]';
UPDATE learners SET linked_subjects = jsonb_build_array(subject) WHERE subject IS NOT NULL;
ALTER TABLE training_enrollments ADD COLUMN linked_subjects jsonb NOT NULL DEFAULT '[]';
UPDATE training_enrollments SET linked_subjects = jsonb_build_array(subject) WHERE subject IS NOT NULL;
CREATE OR REPLACE FUNCTION follow_subject_of_learner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training_enrollments SET subject = NEW.subject, linked_subjects = NEW.linked_subjects WHERE learner_id = NEW.id;
    UPDATE certificates SET subject = NEW.subject WHERE learner_id = NEW.id;
    RETURN NULL;
END $$;
