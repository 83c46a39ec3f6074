-- Who took a step that another person must follow.
ALTER TABLE disputes ADD COLUMN taken_steps jsonb NOT NULL DEFAULT '[]';
ALTER TABLE agreements ADD COLUMN taken_steps jsonb NOT NULL DEFAULT '[]';
ALTER TABLE grid_units ADD COLUMN taken_steps jsonb NOT NULL DEFAULT '[]';

-- Whoever ever signed in as a learner decides nothing about that learner.
ALTER TABLE learners ADD COLUMN linked_subjects jsonb NOT NULL DEFAULT '[]';
ALTER TABLE training_enrollments ADD COLUMN linked_subjects jsonb NOT NULL DEFAULT '[]';
CREATE OR REPLACE FUNCTION follow_subject_of_learner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training_enrollments SET subject = NEW.subject, linked_subjects = NEW.linked_subjects WHERE learner_id = NEW.id;
    UPDATE certificates SET subject = NEW.subject WHERE learner_id = NEW.id;
    RETURN NULL;
END $$;

-- Also where a program writes that does not know of them yet.
CREATE FUNCTION keep_linked_subjects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.subject IS NOT NULL AND NOT NEW.linked_subjects ? NEW.subject THEN
        NEW.linked_subjects = NEW.linked_subjects || jsonb_build_array(NEW.subject);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER learners_subjects_kept BEFORE INSERT OR UPDATE OF subject ON learners
    FOR EACH ROW EXECUTE FUNCTION keep_linked_subjects();
